/** Any array of numbers that a product can be written to. */
export type NumberArray = Float32Array | Float64Array | Int32Array;

/**
 * to[r, c] = Σ_k left[r, k] · right[k, c] for row-major matrices, summed in double precision (so products of small
 * integers are exact).
 */
export function multiplyMatrices(
  left: Float32Array,
  leftStart: number,
  right: Float32Array,
  rightStart: number,
  to: NumberArray,
  toStart: number,
  rows: number,
  inner: number,
  columns: number,
): void {
  const sums = new Float64Array(columns);
  for (let r = 0; r < rows; r++) {
    sums.fill(0);
    const row = leftStart + r * inner;
    let k = 0;
    // Four rows of `right` at a time: one load and one store of the sum for four products.
    for (; k + 3 < inner; k += 4) {
      const a0 = left[row + k]!;
      const a1 = left[row + k + 1]!;
      const a2 = left[row + k + 2]!;
      const a3 = left[row + k + 3]!;
      const b0 = rightStart + k * columns;
      const b1 = b0 + columns;
      const b2 = b1 + columns;
      const b3 = b2 + columns;
      for (let c = 0; c < columns; c++) {
        sums[c] = sums[c]! + a0 * right[b0 + c]! + a1 * right[b1 + c]! + a2 * right[b2 + c]! + a3 * right[b3 + c]!;
      }
    }
    for (; k < inner; k++) {
      const a = left[row + k]!;
      const b = rightStart + k * columns;
      for (let c = 0; c < columns; c++) sums[c] = sums[c]! + a * right[b + c]!;
    }
    to.set(sums, toStart + r * columns);
  }
}

/** to[r, c] = Σ_k left[r, k] · right[c, k]: the right matrix is stored transposed. Summed in double precision. */
export function multiplyTransposed(
  left: Float32Array,
  right: Float32Array,
  to: NumberArray,
  rows: number,
  inner: number,
  columns: number,
): void {
  for (let r = 0; r < rows; r++) {
    const row = r * inner;
    for (let c = 0; c < columns; c++) {
      const column = c * inner;
      let even = 0;
      let odd = 0;
      let k = 0;
      for (; k + 1 < inner; k += 2) {
        even += left[row + k]! * right[column + k]!;
        odd += left[row + k + 1]! * right[column + k + 1]!;
      }
      if (k < inner) even += left[row + k]! * right[column + k]!;
      to[r * columns + c] = even + odd;
    }
  }
}
