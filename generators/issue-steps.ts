import type { BankPlan } from '../src/layout/plan.js';
import {
  bits,
  bitsFor,
  bool,
  type Bool,
  concat,
  constant,
  delayed,
  type LeafType,
  named,
  register,
  type Signal,
  when,
} from '../src/hdl/index.js';
import { counter } from './counter.js';

/** What a step means to the stages that follow it. */
export interface StepFlags {
  readonly valid: Signal<Bool>;
  /** First and last activation plane of a row. */
  readonly planeFirst: Signal<Bool>;
  readonly planeLast: Signal<Bool>;
  /** First row of a pass. */
  readonly rowFirst: Signal<Bool>;
  /** First chunks of a group of weight planes. */
  readonly planeGroupFirst: Signal<Bool>;
  /** In the group that holds the sign plane of the weights. */
  readonly signGroup: Signal<Bool>;
  /** Last row of a pass. */
  readonly passLast: Signal<Bool>;
  /** Last pass of a group of filters. */
  readonly groupLast: Signal<Bool>;
}

export interface Issue {
  /** A step starts. */
  readonly sensing: Signal<Bool>;
  /** To the subarrays. */
  readonly sense: Signal<Bool>;
  readonly row: Signal;
  /** Set for a slow array: its result is taken over at the end of this cycle. */
  readonly hold?: Signal<Bool>;
  /** To the source of operands, together with `asked`. */
  readonly chunkGroup: Signal;
  readonly plane: Signal;
  readonly release: Signal<Bool>;
  /** Flags of the step whose operand is being read. */
  readonly asked: StepFlags;
}

/**
 * Walks through a window's steps: activation planes within rows, chunks within groups of weight planes within passes
 * within groups. With an array that takes longer than a cycle to read, operands are asked for that much later.
 */
export function issueSteps(bank: BankPlan, readCycles: number, available: Signal<Bool>, advance: Signal<Bool>): Issue {
  const lag = readCycles === 1 ? 0 : readCycles;
  const finished =
    lag === 0
      ? undefined
      : register(bool(), { reset: 0, name: 'window_issued', comment: 'all steps of the window are on their way' });
  const go = named(
    finished === undefined ? available.and(advance) : available.and(advance).and(finished.not()),
    'issue',
    'a step starts',
  );

  const step = counter('step', bank.cyclesPerRow, go);
  const rowEnds = named(go.and(step.last), 'row_ends');
  const chunk = counter('chunk_count', bank.chunkGroups, rowEnds);
  const planeGroup = counter('plane_group', bank.planeGroups, rowEnds.and(chunk.last));
  const passLast = chunk.last.and(planeGroup.last);
  const passEnds = named(rowEnds.and(passLast), 'pass_ends');
  const pass = counter('pass', bank.passesPerGroup, passEnds);
  const group = counter('group', bank.groups, passEnds.and(pass.last));
  const windowLast = step.last.and(passLast).and(pass.last).and(group.last);
  const row = counter('row_count', bank.rows, rowEnds);

  // Planes come most significant first; a slow array leaves the first steps of a row without a plane.
  const idleSteps = bank.cyclesPerRow - bank.activationPlanes;
  const plane = constant(bits(step.value.width), bank.cyclesPerRow - 1)
    .subtract(step.value)
    .resize(bitsFor(bank.activationPlanes));
  const flags: StepFlags = {
    valid: idleSteps === 0 ? go : go.and(step.value.greaterOrEqual(idleSteps)),
    planeFirst: step.value.equals(idleSteps),
    planeLast: step.last,
    rowFirst: chunk.value.equals(0).and(planeGroup.value.equals(0)),
    planeGroupFirst: chunk.value.equals(0),
    signGroup: planeGroup.value.equals(0),
    passLast,
    groupLast: pass.last,
  };
  const chunkGroup = [group, chunk].filter(({ count }) => count > 1).map(({ value }) => value);
  const lagging = <T extends LeafType>(signal: Signal<T>, name: string, reset?: 0): Signal<T> => {
    let result = signal;
    for (let stage = 1; stage <= lag; stage++) {
      result = delayed(result, { enable: advance, name: `${name}_${stage}`, ...(reset === 0 && { reset }) });
    }
    return result;
  };
  const release = named(lagging(go.and(windowLast), 'lag_window_last', 0).and(advance), 'release_window');
  if (finished !== undefined) {
    when(release, () => finished.next(0)).elsewhen(go.and(windowLast), () => finished.next(1));
  }
  const rowStart = go.and(step.value.equals(0));
  return {
    sensing: go,
    sense: rowStart,
    row: row.value,
    ...(lag > 0 && { hold: lagging(rowStart, 'lag_row_start', 0).and(advance) }),
    chunkGroup: lagging(chunkGroup.length === 0 ? constant(bits(1), 0) : concat(...chunkGroup), 'lag_chunk_group'),
    plane: lagging(plane, 'lag_plane'),
    release,
    asked: eachFlag(flags, (flag, name) => lagging(flag, `lag_${name}`, name === 'valid' ? 0 : undefined)),
  };
}

/** The flags, each through `change`. */
export function eachFlag(flags: StepFlags, change: (flag: Signal<Bool>, name: string) => Signal<Bool>): StepFlags {
  const changed = Object.entries(flags).map(([name, flag]: [string, Signal<Bool>]) => [name, change(flag, name)]);
  return Object.fromEntries(changed) as StepFlags;
}
