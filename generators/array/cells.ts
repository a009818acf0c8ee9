import type { Bits, Signal } from '../../src/hdl/index.js';
import type { Operation } from './operation.js';
import type { Phases } from './phases.js';

/** What the lanes' logic asks of the cells. The operation holds still during each phase. */
export interface CellRequests {
  readonly operation: Operation;
  readonly phases: Phases;
  /** What the write drivers do; valid during the write phase. May depend on `sensed`. */
  readonly write: Operation['write'];
  readonly data: Signal<Bits>;
  readonly selected: Signal<Bits>;
}

/** What the cells answer. */
export interface CellOutputs {
  /** The sense amplifiers' latch: the line of the sense phase before. */
  readonly sensed: Signal<Bits>;
  /** Lanes whose cells equal the key; valid in the last cycle of the search phase. */
  readonly matched: Signal<Bits>;
}
