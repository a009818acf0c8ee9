/**
 * sums[row · stride + column] = bias[row] + Σ_tap weights[row, tap] · patch[tap] for `rows` rows of weights and one patch.
 * Rows are taken four at a time, so that a value of the patch is loaded once for four products. Sums wrap modulo 2^32;
 * the caller knows that they fit.
 */
export function dotProducts(
  weights: Int8Array,
  bias: Int32Array,
  firstRow: number,
  rows: number,
  patch: Int32Array,
  patchOffset: number,
  taps: number,
  sums: Int32Array,
  sumsOffset: number,
  sumsStride: number,
): void {
  let row = firstRow;
  const end = firstRow + rows;
  let target = sumsOffset;
  for (; row + 4 <= end; row += 4) {
    const a = row * taps;
    const b = a + taps;
    const c = b + taps;
    const d = c + taps;
    let sumA = bias[row]!;
    let sumB = bias[row + 1]!;
    let sumC = bias[row + 2]!;
    let sumD = bias[row + 3]!;
    for (let tap = 0; tap < taps; tap++) {
      const value = patch[patchOffset + tap]!;
      sumA = (sumA + Math.imul(weights[a + tap]!, value)) | 0;
      sumB = (sumB + Math.imul(weights[b + tap]!, value)) | 0;
      sumC = (sumC + Math.imul(weights[c + tap]!, value)) | 0;
      sumD = (sumD + Math.imul(weights[d + tap]!, value)) | 0;
    }
    sums[target] = sumA;
    sums[target + sumsStride] = sumB;
    sums[target + 2 * sumsStride] = sumC;
    sums[target + 3 * sumsStride] = sumD;
    target += 4 * sumsStride;
  }
  for (; row < end; row++) {
    const first = row * taps;
    let sum = bias[row]!;
    for (let tap = 0; tap < taps; tap++) {
      sum = (sum + Math.imul(weights[first + tap]!, patch[patchOffset + tap]!)) | 0;
    }
    sums[target] = sum;
    target += sumsStride;
  }
}
