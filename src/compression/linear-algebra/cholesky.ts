/**
 * Solves A x = b for a symmetric positive definite A, factored once: A = L Lᵀ (Cholesky; G. H. Golub and C. F. Van Loan,
 * "Matrix Computations", 4th edition, section 4.2). Rows of L are contiguous, so every inner loop is over neighbouring
 * numbers; four vectors go together, so that a number of L that was fetched is used four times.
 */
export class Cholesky {
  readonly size: number;
  /** Row-major; above the diagonal is what the matrix had there. */
  readonly #lower: Float64Array;

  /**
   * @param matrix [size, size], row-major, only its lower half is read; it is not changed
   * @throws RangeError where the matrix is not positive definite
   */
  constructor(matrix: Float64Array, size: number) {
    if (matrix.length !== size * size) throw new RangeError(`${matrix.length} values are no ${size} × ${size} matrix`);
    this.size = size;
    this.#lower = matrix.slice();
    // Row i of L solves the triangular system of the rows above it, with row i of A on the right.
    for (let first = 0; first < size; first += 4) {
      const rows = rowsOf(this.#lower, size, first, Math.min(4, size - first));
      this.#forward(rows, first);
      rows.forEach((row, index) => this.#finishRow(row, first, first + index));
    }
  }

  /** Replaces each row of `right` ([count, size], row-major) by the solution for it. */
  solve(right: Float64Array): void {
    const count = right.length / this.size;
    for (let first = 0; first < count; first += 4) {
      const rows = rowsOf(right, this.size, first, Math.min(4, count - first));
      this.#forward(rows, this.size);
      this.#backward(rows);
    }
  }

  /** The columns from `first` on of a row whose columns before are done. */
  #finishRow(row: Float64Array, first: number, index: number): void {
    for (let column = first; column <= index; column++) {
      const other = column * this.size;
      let sum = row[column]!;
      for (let k = 0; k < column; k++) sum -= row[k]! * this.#lower[other + k]!;
      if (column < index) {
        row[column] = sum / this.#lower[other + column]!;
      } else if (sum > 0) {
        row[column] = Math.sqrt(sum);
      } else {
        throw new RangeError(`the matrix is not positive definite: pivot ${index} is ${sum.toPrecision(3)}`);
      }
    }
  }

  /** L y = b for the first `count` rows of L, in place. */
  #forward(rows: readonly Float64Array[], count: number): void {
    const [a, b, c, d] = rows;
    if (a === undefined || b === undefined || c === undefined || d === undefined) {
      rows.forEach((row) => this.#forwardOne(row, count));
      return;
    }
    const lower = this.#lower;
    for (let row = 0; row < count; row++) {
      const start = row * this.size;
      let sumA = a[row]!;
      let sumB = b[row]!;
      let sumC = c[row]!;
      let sumD = d[row]!;
      for (let k = 0; k < row; k++) {
        const value = lower[start + k]!;
        sumA -= value * a[k]!;
        sumB -= value * b[k]!;
        sumC -= value * c[k]!;
        sumD -= value * d[k]!;
      }
      const diagonal = lower[start + row]!;
      a[row] = sumA / diagonal;
      b[row] = sumB / diagonal;
      c[row] = sumC / diagonal;
      d[row] = sumD / diagonal;
    }
  }

  #forwardOne(x: Float64Array, count: number): void {
    const lower = this.#lower;
    for (let row = 0; row < count; row++) {
      const start = row * this.size;
      let sum = x[row]!;
      for (let k = 0; k < row; k++) sum -= lower[start + k]! * x[k]!;
      x[row] = sum / lower[start + row]!;
    }
  }

  /** Lᵀ x = y, in place. */
  #backward(rows: readonly Float64Array[]): void {
    const [a, b, c, d] = rows;
    if (a === undefined || b === undefined || c === undefined || d === undefined) {
      rows.forEach((row) => this.#backwardOne(row));
      return;
    }
    const lower = this.#lower;
    for (let row = this.size - 1; row >= 0; row--) {
      const start = row * this.size;
      const diagonal = lower[start + row]!;
      const valueA = (a[row]! /= diagonal);
      const valueB = (b[row]! /= diagonal);
      const valueC = (c[row]! /= diagonal);
      const valueD = (d[row]! /= diagonal);
      for (let k = 0; k < row; k++) {
        const value = lower[start + k]!;
        a[k]! -= value * valueA;
        b[k]! -= value * valueB;
        c[k]! -= value * valueC;
        d[k]! -= value * valueD;
      }
    }
  }

  #backwardOne(x: Float64Array): void {
    const lower = this.#lower;
    for (let row = this.size - 1; row >= 0; row--) {
      const start = row * this.size;
      const value = x[row]! / lower[start + row]!;
      x[row] = value;
      for (let k = 0; k < row; k++) x[k]! -= lower[start + k]! * value;
    }
  }
}

function rowsOf(values: Float64Array, size: number, first: number, count: number): Float64Array[] {
  return Array.from({ length: count }, (_, row) => values.subarray((first + row) * size, (first + row + 1) * size));
}
