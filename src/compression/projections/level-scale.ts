/**
 * The scale of quantisation levels, found together with who takes which level.
 *
 * For magnitudes v and integer levels 0 = L[0] < L[1] < … < L[m], the squared error of the assignment q at its best scale
 * s = A / B, with A = Σ q v and B = Σ q², is Σ v² − A² / B. At the optimum every v takes the level nearest to v / s, so the
 * best pair is among the assignments that rounding gives as s goes from large to small: v moves from L[k − 1] to L[k] at
 * s = v / t[k], t[k] = (L[k − 1] + L[k]) / 2. Because q grows with v, mean(v) / L[m] ≤ A / B ≤ max(v) (Chebyshev's sum
 * inequality on the left, q ≤ q² on the right).
 */
export interface Ladder {
  /** 0, then ascending integers. */
  readonly levels: Float64Array;
  /** Half-way points: `thresholds[k]` between levels k and k + 1. */
  readonly thresholds: Float64Array;
}

export function ladder(bits: number, spacing: 'equidistant' | 'powersOfTwo'): Ladder {
  const steps = 2 ** (bits - 1) - 1;
  const above = (step: number): number => (spacing === 'equidistant' ? step : 2 ** (step - 1));
  const levels = Float64Array.from({ length: steps + 1 }, (_, step) => (step === 0 ? 0 : above(step)));
  const thresholds = Float64Array.from({ length: steps }, (_, step) => (levels[step]! + levels[step + 1]!) / 2);
  return { levels, thresholds };
}

/** The level nearest to a magnitude in units of the scale; the upper one at half-way. */
export function nearestLevel({ levels, thresholds }: Ladder, magnitude: number): number {
  let low = 0;
  let high = thresholds.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (magnitude < thresholds[middle]!) high = middle;
    else low = middle + 1;
  }
  return levels[low]!;
}

/** Σ (v − scale · level)² with float32 products, for ascending magnitudes. */
export function squaredError(magnitudes: Float64Array, scale: number, { levels, thresholds }: Ladder): number {
  let sum = 0;
  let step = 0;
  for (let index = 0; index < magnitudes.length; index++) {
    const magnitude = magnitudes[index]!;
    while (step < thresholds.length && magnitude / scale >= thresholds[step]!) step++;
    sum += (magnitude - Math.fround(scale * levels[step]!)) ** 2;
  }
  return sum;
}

/** Up to this number of steps every assignment is tried. */
const exactSteps = 2 ** 21;

/**
 * @param magnitudes positive, ascending, at least one
 * @returns the scale of least squared error: exactly for up to 2^21 / m² magnitudes; above, the best of a fine grid, then
 *   refined by turns of rounding and A / B
 */
export function bestScale(magnitudes: Float64Array, rungs: Ladder): number {
  const steps = rungs.thresholds.length;
  return magnitudes.length * steps * steps <= exactSteps
    ? scaleOfAllAssignments(magnitudes, rungs)
    : scaleOfGrid(magnitudes, rungs);
}

/** Merges, for every threshold, the scales at which magnitudes pass it. */
function scaleOfAllAssignments(magnitudes: Float64Array, { levels, thresholds }: Ladder): number {
  const next = new Int32Array(thresholds.length).fill(magnitudes.length - 1);
  let linear = 0;
  let square = 0;
  let best = -1;
  let scale = 1;
  for (let left = magnitudes.length * thresholds.length; left > 0; left--) {
    let step = -1;
    let latest = -1;
    for (let candidate = 0; candidate < next.length; candidate++) {
      if (next[candidate]! < 0) continue;
      const at = magnitudes[next[candidate]!]! / thresholds[candidate]!;
      if (at <= latest) continue;
      latest = at;
      step = candidate;
    }
    const low = levels[step]!;
    const high = levels[step + 1]!;
    linear += (high - low) * magnitudes[next[step]!]!;
    square += high * high - low * low;
    next[step]!--;
    if ((linear * linear) / square <= best) continue;
    best = (linear * linear) / square;
    scale = linear / square;
  }
  return scale;
}

/** Grid points that are refined. */
const refined = 4;
const mostTurns = 100;

function scaleOfGrid(magnitudes: Float64Array, rungs: Ladder): number {
  const { levels, thresholds } = rungs;
  const assign = assigner(magnitudes, rungs);
  const most = levels.at(-1)!;
  const low = magnitudes.reduce((sum, value) => sum + value, 0) / magnitudes.length / most;
  // A scale that leaves the upper half of the levels unused is no better than half of it.
  const highest = magnitudes.at(-1)! / Math.max(1, thresholds[levels.findIndex((level) => level > most / 2) - 1]!);
  // Half a step of the grid moves no magnitude that is on a level past a threshold: weights on levels are found exactly.
  const ratio = 1 + 1 / levels.length;
  const points = Math.ceil(Math.log(highest / low) / Math.log(ratio)) + 1;
  const grid = Array.from({ length: points }, (_, point) => assign(low * ratio ** point));
  const starts = grid.sort((a, b) => b.captured - a.captured).slice(0, refined);
  const ends = starts.map((start) => {
    let best = start;
    for (let turn = 0; turn < mostTurns; turn++) {
      const next = assign(best.scale);
      if (next.captured <= best.captured) break;
      best = next;
    }
    return best;
  });
  return ends.reduce((a, b) => (b.captured > a.captured ? b : a)).scale;
}

interface Assignment {
  /** A / B. */
  readonly scale: number;
  /** A² / B: the part of Σ v² that is not error. */
  readonly captured: number;
}

/** Sums over all magnitudes above a threshold come from running sums, so one assignment costs m searches. */
function assigner(magnitudes: Float64Array, { levels, thresholds }: Ladder): (scale: number) => Assignment {
  const count = magnitudes.length;
  const above = new Float64Array(count + 1);
  for (let index = count - 1; index >= 0; index--) above[index] = above[index + 1]! + magnitudes[index]!;
  return (scale) => {
    let linear = 0;
    let square = 0;
    let first = 0;
    for (let step = 0; step < thresholds.length; step++) {
      first = firstAtLeast(magnitudes, thresholds[step]! * scale, first);
      if (first === count) break;
      linear += (levels[step + 1]! - levels[step]!) * above[first]!;
      square += (levels[step + 1]! ** 2 - levels[step]! ** 2) * (count - first);
    }
    return square > 0 ? { scale: linear / square, captured: (linear * linear) / square } : { scale, captured: 0 };
  };
}

function firstAtLeast(ascending: Float64Array, value: number, from: number): number {
  let low = from;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (ascending[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
