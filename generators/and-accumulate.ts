import type { BankPlan } from '../src/layout/plan.js';
import {
  bits,
  bool,
  type Bool,
  concat,
  constant,
  defineModule,
  delayed,
  document,
  input,
  instance,
  mux,
  named,
  outputOf,
  register,
  type Register,
  type Signal,
  signedBits,
  streamOut,
  sum,
  when,
  bitsFor,
  wire,
} from '../src/hdl/index.js';
import { times } from './counter.js';
import { eachFlag, issueSteps, type StepFlags } from './issue-steps.js';
import { matchCount, popcount } from './popcount.js';
import { connectProgramming, programmingPorts, type ProgrammingShape } from './programming.js';
import { type RowImage, weightRows } from './weight-rows.js';

/** Plain data of one bank. */
export interface AndAccumulateShape {
  readonly name: string;
  readonly bank: BankPlan;
  /** Of each subarray. */
  readonly rows: number;
  readonly readCycles: number;
  readonly writeCycles: number;
  readonly body: 'behavioural' | 'fpga' | 'asic';
  /** Two's complement activations: their most significant plane counts negatively. */
  readonly signedActivations: boolean;
  /** Stored bits mean −1 and +1. */
  readonly binaryWeights: boolean;
  /** Width of the sums, enough for every partial sum. */
  readonly sumBits: number;
  /** The rows of each subarray, by place in the bank: stack after stack, across within. */
  readonly images: readonly RowImage[];
  /** With `asic`: how the rows are written, and the number of the bank's first subarray. */
  readonly programming?: ProgrammingShape & { readonly first: number };
}

/**
 * The AND-accumulate engine of one layer:
 *
 *     sum[f] = Σ_m Σ_k 2^(m+k) · bitcount(AND(activation plane m, weight plane k of filter f))
 *
 * (DoReFa-Net, eq. 3; the top plane of a two's complement operand counts negatively.) Each step senses one row of the
 * bank and meets it with one activation plane. Planes come most significant first, so that sums double between planes
 * and no barrel shifter is needed; see `BankPlan` for the order of rows.
 *
 * Stages: issue, sense, count, weigh, join planes, add rows. `available` offers a window that stays until `release`;
 * `operand` is the plane asked for by `chunk_group` and `plane` while `read`, one cycle later. Sums leave one a beat,
 * filters in order; the bank waits only where a pass ends before the sums of the pass before have left.
 */
export const andAccumulate = defineModule(
  (shape: AndAccumulateShape) => `${shape.name}_bank`,
  (shape: AndAccumulateShape) => {
    const { bank } = shape;
    describe(shape);
    const available = input(bool(), { comment: 'a window is complete; it stays until window_done' });
    const operand = input(bits(bank.pixelsAtOnce * bank.chunksAtOnce * bank.chunkWidth), {
      comment: 'the activation plane asked for in the cycle before',
    });
    const sums = streamOut({ sum: signedBits(shape.sumBits) });

    const advance = wire(bool(), { comment: 'the pipeline moves; it waits for sums to leave' });
    const issue = issueSteps(bank, shape.readCycles, available, advance);
    const { row, chunkGroup, plane } = issue;

    const rows = instance(
      weightRows({
        name: shape.name,
        across: bank.across,
        stack: bank.stack,
        rows: shape.rows,
        columns: bank.segmentsPerSubarray * bank.chunkWidth,
        readCycles: shape.readCycles,
        writeCycles: shape.writeCycles,
        body: shape.body,
        images: shape.images,
        ...(shape.programming && { programming: shape.programming }),
      }),
    );
    const programming = shape.programming && programmingPorts(shape.programming);
    connectProgramming(rows.programming, programming);
    rows.sense.connect(issue.sense);
    rows.row.connect(row.resize(rows.row.width));
    const sensed = issue.hold === undefined ? rows.sensed : held(rows.sensed, issue.hold);

    const counts = countMatches(bank, sensed, operand, advance, shape.binaryWeights);
    const counting = after(issue.asked, advance, 'counting');
    const weighing = after(counting, advance, 'weighing');
    const terms = counts.map((count, index) => weigh(count, shape, weighing, advance, index));
    const joining = after(weighing, advance, 'joining');
    const joined = terms.map((term, index) => joinPlanes(term, shape, joining, advance, index));
    const adding = after(joining, advance, 'adding');
    const totals = joined.map((rowSum, index) => addRows(rowSum, shape, adding, advance, index));

    const passDone = adding.valid.and(adding.planeLast).and(adding.passLast);
    const waiting = sendSums(shape, totals, passDone, adding, sums);
    advance.connect(passDone.and(waiting).not());

    return {
      available,
      windowDone: outputOf(issue.release, { comment: 'the last plane is being read: the window may change' }),
      chunkGroup: outputOf(chunkGroup, { comment: 'chunks to read' }),
      plane: outputOf(plane, { comment: 'activation plane to read' }),
      read: outputOf(advance, { comment: 'the operand may change' }),
      operand,
      ...(programming && { programming }),
      busy: outputOf(issue.sensing, { comment: 'a step of this layer starts' }),
      sums,
    };
  },
);

function describe({ name, bank, sumBits }: AndAccumulateShape): void {
  document(
    `${name}_bank: AND-accumulate over ${bank.across} subarray${bank.across > 1 ? 's' : ''} at once`,
    `filters = ${bank.filters}, taps = ${bank.taps} (${bank.chunks} chunk${bank.chunks > 1 ? 's' : ''} of ${bank.chunkWidth})`,
    `weight planes = ${bank.weightPlanes}, activation planes = ${bank.activationPlanes}, sums of ${sumBits} bits`,
    `at once: filters ${bank.filtersAtOnce}, weight planes ${bank.planesAtOnce}, chunks ${bank.chunksAtOnce}, pixels ${bank.pixelsAtOnce}`,
    `rows = ${bank.rows}, cycles a row = ${bank.cyclesPerRow}`,
  );
}

/** The flags one stage later. Only `valid` needs a reset. */
function after(flags: StepFlags, enable: Signal<Bool>, stage: string): StepFlags {
  return eachFlag(flags, (flag, name) =>
    delayed(flag, { enable, name: `${stage}_${name}`, ...(name === 'valid' && { reset: 0 }) }),
  );
}

/** A slow array's result, kept while the array senses the next row. */
function held(sensed: Signal, take: Signal<Bool>): Signal {
  const heldRow = register(bits(sensed.width), { comment: 'row in use while the next is sensed' });
  when(take, () => heldRow.next(sensed.asUnsigned()));
  return heldRow;
}

/** What one filter at one pixel counted in a step: one number for each weight plane at once, and the operand's ones. */
interface Counts {
  readonly planes: readonly Signal[];
  readonly operandOnes?: Signal;
}

/** AND of the sensed segments with the operand, counted; pixel after pixel, filters within. */
function countMatches(
  bank: BankPlan,
  sensed: Signal,
  operand: Signal,
  advance: Signal<Bool>,
  binary: boolean,
): Counts[] {
  const width = bank.chunksAtOnce * bank.chunkWidth;
  return times(bank.pixelsAtOnce).flatMap((pixel) => {
    const window = operand.slice((pixel + 1) * width - 1, pixel * width);
    const operandOnes = binary ? kept(onesOf(window, `operand${pixel}`), `operand${pixel}_ones`, advance) : undefined;
    return times(bank.filtersAtOnce).map((filter) => {
      const planes = times(bank.planesAtOnce).map((plane) => {
        const place = `p${pixel}_f${filter}_k${plane}`;
        const first = ((pixel * bank.filtersAtOnce + filter) * bank.planesAtOnce + plane) * bank.chunksAtOnce;
        const weights = concat(...segments(bank, sensed, first).toReversed());
        return kept(matchesOf(weights, window, `count_${place}`), `ones_${place}`, advance);
      });
      return { planes, ...(operandOnes && { operandOnes }) };
    });
  });
}

/** The cells of `chunksAtOnce` segments from `first` on, in as few slices as the subarrays' borders allow. */
function segments(bank: BankPlan, sensed: Signal, first: number): Signal[] {
  const perSubarray = bank.segmentsPerSubarray;
  const pieces: Signal[] = [];
  let segment = first;
  const end = first + bank.chunksAtOnce;
  while (segment < end) {
    const border = (Math.floor(segment / perSubarray) + 1) * perSubarray;
    const stop = Math.min(end, border);
    pieces.push(sensed.slice(stop * bank.chunkWidth - 1, segment * bank.chunkWidth));
    segment = stop;
  }
  return pieces;
}

function onesOf(word: Signal, name: string): Signal {
  const counter = instance(popcount(word.width), { name });
  counter.word.connect(word);
  return counter.ones;
}

function matchesOf(weights: Signal, operand: Signal, name: string): Signal {
  const counter = instance(matchCount(weights.width), { name });
  counter.weights.connect(weights);
  counter.operand.connect(operand);
  return counter.ones;
}

function kept(value: Signal, name: string, enable: Signal<Bool>): Signal {
  return delayed(value, { enable, name });
}

/** Bits of a row's contribution for one activation plane, with sign. */
function termBits({ bank }: AndAccumulateShape): number {
  return bitsFor(bank.chunksAtOnce * bank.chunkWidth + 1) + bank.planesAtOnce + 1;
}

/** Σ_k ± 2^k · count_k over the weight planes at once. */
function weigh(
  counts: Counts,
  shape: AndAccumulateShape,
  flags: StepFlags,
  advance: Signal<Bool>,
  index: number,
): Signal {
  const width = termBits(shape);
  const { bank } = shape;
  const weighted = counts.planes.map((count, plane) => count.resize(width).asSigned().shiftLeft(plane));
  return delayed(total(), { enable: advance, name: `term_${index}` });

  function total(): Signal {
    const top = weighted.at(-1)!;
    if (counts.operandOnes !== undefined) {
      // ±1 weights: Σ (2b − 1)·x = 2·Σ b·x − Σ x.
      return top.shiftLeft(1).subtract(counts.operandOnes.resize(width).asSigned());
    }
    const lower = weighted.slice(0, -1);
    const signed = bank.planeGroups === 1 ? top.negate() : mux(flags.signGroup, top.negate(), top);
    return lower.length === 0 ? signed : sum(lower).resize(width).asSigned().add(signed);
  }
}

/** Horner over the activation planes: the sum doubles from plane to plane. */
function joinPlanes(
  term: Signal,
  shape: AndAccumulateShape,
  flags: StepFlags,
  advance: Signal<Bool>,
  index: number,
): Register {
  const width = termBits(shape) + shape.bank.activationPlanes;
  const result = register(signedBits(width), { name: `row_sum_${index}` });
  const wide = term.resize(width).asSigned();
  const first = shape.signedActivations ? wide.negate() : wide;
  const next = shape.bank.activationPlanes === 1 ? first : mux(flags.planeFirst, first, result.shiftLeft(1).add(wide));
  when(advance.and(flags.valid), () => result.next(next));
  return result;
}

/** Horner over the groups of weight planes, and the sum over chunks; the total of the pass when its last row adds. */
function addRows(
  rowSum: Signal,
  shape: AndAccumulateShape,
  flags: StepFlags,
  advance: Signal<Bool>,
  index: number,
): Signal {
  const { bank, sumBits } = shape;
  const term = rowSum.resize(sumBits).asSigned();
  if (bank.chunkGroups * bank.planeGroups === 1) return term;
  const total = register(signedBits(sumBits), { name: `sum_${index}` });
  const shifted =
    bank.planeGroups === 1 ? total : mux(flags.planeGroupFirst, total.shiftLeft(bank.planesAtOnce), total);
  const next = mux(flags.rowFirst, constant(signedBits(sumBits), 0), shifted).add(term);
  when(advance.and(flags.valid).and(flags.planeLast), () => total.next(next));
  return named(next, `sum_${index}_next`);
}

/**
 * Keeps the sums of a finished pass and sends them one a beat. The result says that there is no room for the next
 * pass's sums yet.
 */
function sendSums(
  { bank, sumBits }: AndAccumulateShape,
  totals: readonly Signal[],
  passDone: Signal<Bool>,
  flags: StepFlags,
  sums: {
    ready: Signal<Bool>;
    fires(): Signal<Bool>;
    connect(payload: { sum: Signal }, control: { valid: Signal<Bool> }): void;
  },
): Signal<Bool> {
  const places = totals.length;
  const count = register(bits(bitsFor(places + 1)), { reset: 0, name: 'sums_left' });
  const keptSums = totals.map((_, index) => register(signedBits(sumBits), { name: `kept_sum_${index}` }));
  const sent = sums.fires();
  const roomNext = count.equals(0).or(count.equals(1).and(sent));
  const load = named(passDone.and(roomNext), 'load_sums', 'the pass ends and its sums are kept');
  const remainder = bank.filters / bank.groups - (bank.passesPerGroup - 1) * bank.filtersAtOnce;
  const full = constant(bits(count.width), places);
  const loaded =
    remainder === bank.filtersAtOnce ? full : mux(flags.groupLast, constant(bits(count.width), remainder), full);
  when(load, () => {
    count.next(loaded);
    for (const [index, total] of totals.entries()) keptSums[index]!.next(total);
  }).elsewhen(sent, () => {
    count.next(count.subtract(1));
    for (const [index, next] of keptSums.slice(1).entries()) keptSums[index]!.next(next);
  });
  sums.connect({ sum: keptSums[0]! }, { valid: count.notEquals(0) });
  return roomNext.not();
}
