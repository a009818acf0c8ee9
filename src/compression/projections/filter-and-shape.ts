import { largest } from './blocks.js';
import { checkKeep, checkMatrix, type Matrix } from './matrix.js';

/**
 * `filters` rows and `columns` columns at once. The nearest such matrix is the submatrix of largest norm, whose search is
 * NP-hard (a complete bipartite subgraph is a special case). This takes turns: the rows of largest norm within the kept
 * columns, then the columns of largest norm within the kept rows, until the norm stops growing; once starting from all columns
 * and once from the columns of largest norm, and gives the better end. A nearer matrix may exist.
 */
export function keepFiltersAndShape(matrix: Matrix, filters: number, columns: number): Matrix {
  checkMatrix(matrix, 'filterAndShape');
  checkKeep(filters, matrix.rows, 'filters', matrix, 'filterAndShape');
  checkKeep(columns, matrix.columns, 'columns', matrix, 'filterAndShape');
  const squares = Float64Array.from(matrix.values, (value) => value * value);
  const alternate = (start: Uint8Array): Choice => {
    let best: Choice | undefined;
    for (let columnsKept = start; ; ) {
      const rowsKept = largest(rowSums(squares, matrix, columnsKept), filters);
      const sums = columnSums(squares, matrix, rowsKept);
      columnsKept = largest(sums, columns);
      const norm = sums.reduce((sum, value, column) => sum + columnsKept[column]! * value, 0);
      if (best !== undefined && norm <= best.norm) return best;
      best = { rowsKept, columnsKept, norm };
    }
  };
  const all = { rows: new Uint8Array(matrix.rows).fill(1), columns: new Uint8Array(matrix.columns).fill(1) };
  const fromAll = alternate(all.columns);
  const fromColumns = alternate(largest(columnSums(squares, matrix, all.rows), columns));
  const { rowsKept, columnsKept } = fromColumns.norm > fromAll.norm ? fromColumns : fromAll;
  const values = matrix.values.slice();
  for (let row = 0; row < matrix.rows; row++) {
    for (let column = 0; column < matrix.columns; column++) {
      if (rowsKept[row] === 0 || columnsKept[column] === 0) values[row * matrix.columns + column] = 0;
    }
  }
  return { ...matrix, values };
}

interface Choice {
  readonly rowsKept: Uint8Array;
  readonly columnsKept: Uint8Array;
  /** Squared. */
  readonly norm: number;
}

function rowSums(squares: Float64Array, { rows, columns }: Matrix, columnsKept: Uint8Array): Float64Array {
  const sums = new Float64Array(rows);
  for (let row = 0; row < rows; row++) {
    let sum = 0;
    for (let column = 0; column < columns; column++) sum += columnsKept[column]! * squares[row * columns + column]!;
    sums[row] = sum;
  }
  return sums;
}

function columnSums(squares: Float64Array, { rows, columns }: Matrix, rowsKept: Uint8Array): Float64Array {
  const sums = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    if (rowsKept[row] === 0) continue;
    for (let column = 0; column < columns; column++) sums[column]! += squares[row * columns + column]!;
  }
  return sums;
}
