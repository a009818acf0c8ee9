import { bits, type Bits, type Bool, named, register, type Signal, when } from '../../src/hdl/index.js';
import { times } from '../counter.js';

/** Loops that may nest. */
export const nestedLoops = 4;

export interface LoopRequests {
  readonly clear: Signal<Bool>;
  /** LOOP: the loop that begins at `body` with so many `turns`. */
  readonly push: Signal<Bool>;
  readonly body: Signal<Bits>;
  readonly turns: Signal<Bits>;
  /** END of the innermost loop's turn. */
  readonly end: Signal<Bool>;
}

export interface LoopState {
  /** The END at hand goes back to `body`. */
  readonly repeats: Signal<Bool>;
  readonly body: Signal<Bits>;
  /** An END without LOOP, or a LOOP in too many others. */
  readonly fault: Signal<Bool>;
}

/** The loops that run, the innermost on top: where each begins and how many turns are left, the one at hand included. */
export function loopStack({ clear, push, body, turns, end }: LoopRequests): LoopState {
  const bodies = times(nestedLoops).map((depth) => register(bits(body.width), { name: `loop_body_${depth}` }));
  const left = times(nestedLoops).map((depth) => register(bits(turns.width), { name: `turns_left_${depth}` }));
  const depth = register(bits(3), { reset: 0, name: 'loop_depth', comment: 'loops that run' });
  const lastTurn = named(left[0]!.equals(1), 'last_turn');
  const repeats = named(end.and(lastTurn.not()), 'repeats');
  const pop = named(end.and(lastTurn), 'loop_ends');
  for (const index of times(nestedLoops)) {
    const below = index + 1 < nestedLoops ? { body: bodies[index + 1]!, left: left[index + 1]! } : undefined;
    when(push, () => {
      bodies[index]!.next(index === 0 ? body : bodies[index - 1]!);
      left[index]!.next(index === 0 ? turns : left[index - 1]!);
    });
    if (below) {
      when(pop, () => {
        bodies[index]!.next(below.body);
        left[index]!.next(below.left);
      });
    }
  }
  when(repeats, () => left[0]!.next(left[0]!.subtract(1)));
  when(clear, () => depth.next(0))
    .elsewhen(push, () => depth.next(depth.add(1)))
    .elsewhen(pop, () => depth.next(depth.subtract(1)));
  const empty = end.and(depth.equals(0));
  const full = push.and(depth.equals(nestedLoops));
  return { repeats, body: bodies[0]!, fault: named(empty.or(full), 'loop_fault') };
}
