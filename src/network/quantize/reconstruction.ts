/**
 * Rounding of weights that reproduces a layer's output, not its weights: for one filter with integers q and scale S,
 *
 *     E(q, S) = mean((y − S · qᵀx)²) + ridge · |v − S · q|²       (x, y centred; the bias takes the means)
 *             = const − 2 S qᵀc + S² qᵀHq,   H = cov(x) + ridge · I,   c = cov(x, y) + ridge · v
 *
 * is minimised by coordinate descent: given all others, the best integer for one weight is its real minimum, rounded and
 * clamped; given q, the best scale is S = qᵀc / qᵀHq. x are the integers that the layer will really read, so a layer
 * also makes up for errors of those before it. The ridge holds weights near the float ones, v, where the data say little.
 *
 * The objective is that of layer-wise reconstruction in M. Nagel et al., "Up or Down? Adaptive Rounding for
 * Post-Training Quantization", arXiv:2004.10568, section 3; the descent is that of K. Behdin et al., "QuantEase",
 * arXiv:2309.01885. Starting points by clipping range are ours.
 */
export interface Objective {
  readonly taps: number;
  /** [taps, taps]. */
  readonly H: Float64Array;
  /** [filters, taps]. */
  readonly c: Float64Array;
}

/** Rounds a real weight, in units of the scale, to an integer that the width can hold. */
export type Rounding = (value: number) => number;

/** One bit is a sign; more are two's complement. */
export function weightRounding(weightBits: number): Rounding {
  if (weightBits === 1) return (value) => (value < 0 ? -1 : 1);
  const limit = 2 ** (weightBits - 1);
  return (value) => Math.max(-limit, Math.min(limit - 1, Math.round(value)));
}

/** H · q, the gradient's part that changes with q. */
export function product(objective: Objective, q: Int8Array): Float64Array {
  const { taps, H } = objective;
  const result = new Float64Array(taps);
  for (let column = 0; column < taps; column++) {
    const weight = q[column]!;
    if (weight === 0) continue;
    const row = column * taps;
    for (let tap = 0; tap < taps; tap++) result[tap]! += weight * H[row + tap]!;
  }
  return result;
}

/** qᵀHq and qᵀc: all that the error and the best scale depend on. */
export function moments(
  objective: Objective,
  filter: number,
  q: Int8Array,
  Hq: Float64Array,
): [square: number, linear: number] {
  let square = 0;
  let linear = 0;
  for (let tap = 0; tap < q.length; tap++) {
    square += q[tap]! * Hq[tap]!;
    linear += q[tap]! * objective.c[filter * objective.taps + tap]!;
  }
  return [square, linear];
}

const sweeps = 12;

/**
 * Coordinate descent over the integers at a fixed scale, to its end or for 12 sweeps; changes `q` and `Hq` in place.
 *
 * @param fixed 1 for the taps whose integer stays as it is
 */
export function descend(
  objective: Objective,
  filter: number,
  scale: number,
  rounding: Rounding,
  q: Int8Array,
  Hq: Float64Array,
  fixed?: Uint8Array,
): void {
  const { taps, H, c } = objective;
  for (let sweep = 0; sweep < sweeps; sweep++) {
    let changes = 0;
    for (let tap = 0; tap < taps; tap++) {
      const diagonal = H[tap * taps + tap]!;
      if (!(diagonal > 0) || fixed?.[tap] === 1) continue;
      const best = rounding(q[tap]! + (c[filter * taps + tap]! / scale - Hq[tap]!) / diagonal);
      const change = best - q[tap]!;
      if (change === 0) continue;
      q[tap] = best;
      changes++;
      const row = tap * taps;
      for (let other = 0; other < taps; other++) Hq[other]! += change * H[row + other]!;
    }
    if (changes === 0) return;
  }
}
