/** Rounding modes, numbered as the `frm` field of RISC-V; IEEE 754-2019, clause 4.3. */
export const Rounding = {
  nearestEven: 0,
  towardZero: 1,
  down: 2,
  up: 3,
  nearestAway: 4,
} as const;
export type RoundingMode = (typeof Rounding)[keyof typeof Rounding];

/** Every rounding mode in numeric order. */
export const roundingModes: readonly RoundingMode[] = [0, 1, 2, 3, 4];

/** Exception flags, placed as the `fflags` field of RISC-V; IEEE 754-2019, clause 7. */
export const Flag = {
  invalid: 16,
  divideByZero: 8,
  overflow: 4,
  underflow: 2,
  inexact: 1,
} as const;

/** How an arithmetic treats what its format cannot hold. */
export interface ArithmeticOptions {
  /**
   * `exact` (the default): gradual underflow. `flush`: a subnormal input counts as a zero of its sign and raises
   * nothing; a result that is tiny after rounding becomes a zero of its sign and raises underflow and inexact.
   */
  readonly subnormals?: 'exact' | 'flush';
  /**
   * True: overflow, and an infinity converted from another format, give the largest finite value of that sign in
   * every rounding mode (OCP 8-bit specification 1.0, saturating conversion). False by default.
   */
  readonly saturate?: boolean;
  /** The mode of an operation that is called without one; nearest even by default. */
  readonly rounding?: RoundingMode;
}

/**
 * The arithmetic of simple hardware: truncation, and no subnormals in or out. Truncation never reaches infinity, so
 * overflow delivers the largest finite value of the result's sign, with the overflow and inexact flags.
 */
export const truncateAndFlush: ArithmeticOptions = Object.freeze({
  subnormals: 'flush',
  rounding: Rounding.towardZero,
});

/** Whether discarding `remainder` (in the same units as `half`) moves the kept magnitude up by one unit. */
export function roundsUp(
  mode: RoundingMode,
  negative: boolean,
  odd: boolean,
  remainder: number,
  half: number,
): boolean {
  switch (mode) {
    case Rounding.nearestEven:
      return remainder > half || (remainder === half && odd);
    case Rounding.towardZero:
      return false;
    case Rounding.down:
      return negative && remainder !== 0;
    case Rounding.up:
      return !negative && remainder !== 0;
    case Rounding.nearestAway:
      return remainder >= half;
  }
}

/** Whether an overflow in this mode goes to infinity; otherwise it stops at the largest finite magnitude. */
export function overflowsToInfinity(mode: RoundingMode, negative: boolean): boolean {
  switch (mode) {
    case Rounding.nearestEven:
    case Rounding.nearestAway:
      return true;
    case Rounding.towardZero:
      return false;
    case Rounding.down:
      return negative;
    case Rounding.up:
      return !negative;
  }
}
