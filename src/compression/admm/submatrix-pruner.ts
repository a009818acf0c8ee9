import { cellCost, type CostKind, type LayerSize } from './pruning-path.js';
import type { Importance } from './importance.js';
import type { LayerMatrix } from './pruned-chain.js';

interface Options {
  /** Whether filters may go; those of the last layer, the classes, never do. */
  readonly rows: boolean;
  readonly columns: 'single' | 'channels' | 'none';
  readonly cost: CostKind;
}

/** What is left of one layer's matrix. */
interface Live {
  readonly rows: Uint8Array;
  readonly columns: Uint8Array;
  rowCount: number;
  columnCount: number;
  /** Importance of each row over the live columns, and of each column over the live rows. */
  readonly rowSums: Float64Array;
  readonly columnSums: Float64Array;
  /** See `Importance.together`. */
  readonly rowFactors: Float64Array;
  readonly columnFactors: Float64Array;
}

interface Candidate {
  readonly layer: number;
  readonly row?: number;
  readonly columns: readonly number[];
  readonly price: number;
}

/** Fewer are never left: one filter, or one column, carries next to nothing. */
const least = 2;

/**
 * Takes rows and columns from the matrices of a chain, one at a time: always the one whose importance, divided by what it
 * costs, is least. With a filter go the columns that read it.
 */
export class SubmatrixPruner {
  readonly #matrices: readonly LayerMatrix[];
  readonly #importance: readonly Float32Array[];
  readonly #live: readonly Live[];
  readonly #options: Options;

  constructor(matrices: readonly LayerMatrix[], importance: Importance, options: Options) {
    this.#matrices = matrices;
    this.#importance = matrices.map(({ name }) => importance.weights.get(name)!);
    this.#options = options;
    this.#live = matrices.map(({ rows, columns }, layer) => {
      const values = this.#importance[layer]!;
      const rowSums = new Float64Array(rows);
      const columnSums = new Float64Array(columns);
      values.forEach((value, index) => {
        rowSums[Math.floor(index / columns)]! += value;
        columnSums[index % columns]! += value;
      });
      // What is pruned already costs nothing.
      const liveColumns = Uint8Array.from(columnSums, (sum) => (sum > 0 ? 1 : 0));
      return {
        rows: new Uint8Array(rows).fill(1),
        columns: liveColumns,
        rowCount: rows,
        columnCount: liveColumns.reduce((a, b) => a + b, 0),
        rowSums,
        columnSums,
        rowFactors: importance.together?.get(matrices[layer]!.name)?.filters ?? new Float64Array(rows).fill(1),
        columnFactors: importance.together?.get(matrices[layer]!.name)?.columns ?? new Float64Array(columns).fill(1),
      };
    });
  }

  sizes(): readonly LayerSize[] {
    return this.#live.map(({ rowCount, columnCount }) => ({
      filters: rowCount,
      columns: columnCount,
      weights: rowCount * columnCount,
    }));
  }

  /** @returns whether there was something left to remove */
  removeLeast(): boolean {
    let best: Candidate | undefined;
    for (const candidate of this.#candidates()) {
      if (best === undefined || candidate.price < best.price) best = candidate;
    }
    if (best === undefined) return false;
    const { layer, row, columns } = best;
    for (const column of columns) this.#removeColumn(layer, column);
    if (row !== undefined) this.#removeFilter(layer, row);
    this.#removeUnread(layer, columns);
    return true;
  }

  /** A row, and the columns that read it. */
  #removeFilter(layer: number, row: number): void {
    this.#removeRow(layer, row);
    for (const column of this.#readers(layer, row)) this.#removeColumn(layer + 1, column);
  }

  /** Filters of the layer before whose last reader went. */
  #removeUnread(layer: number, columns: readonly number[]): void {
    if (!this.#options.rows || layer === 0) return;
    const { block } = this.#matrices[layer]!;
    const before = this.#live[layer - 1]!;
    for (const filter of new Set(columns.map((column) => Math.floor(column / block)))) {
      if (before.rows[filter] === 0 || this.#readers(layer - 1, filter).length > 0) continue;
      if (before.rowCount > least) this.#removeRow(layer - 1, filter);
    }
  }

  *#candidates(): Generator<Candidate> {
    const { rows, columns } = this.#options;
    for (let layer = 0; layer < this.#matrices.length; layer++) {
      const live = this.#live[layer]!;
      if (rows && layer < this.#matrices.length - 1 && live.rowCount > least) {
        for (let row = 0; row < live.rows.length; row++) {
          if (live.rows[row] === 1 && this.#canLose(layer + 1, this.#readers(layer, row)))
            yield this.#ofRow(layer, row);
        }
      }
      if (columns === 'none') continue;
      const size = columns === 'channels' ? this.#matrices[layer]!.block : 1;
      for (let first = 0; first < live.columns.length; first += size) {
        const group = this.#liveColumns(layer, first, size);
        if (group.length > 0 && this.#canLose(layer, group)) yield this.#ofColumns(layer, group);
      }
    }
  }

  #canLose(layer: number, columns: readonly number[]): boolean {
    return this.#live[layer]!.columnCount - columns.length >= least;
  }

  #ofRow(layer: number, row: number): Candidate {
    const { rowSums, rowFactors, columnCount } = this.#live[layer]!;
    const next = this.#live[layer + 1]!;
    const cost =
      columnCount * this.#weight(layer) + this.#readers(layer, row).length * next.rowCount * this.#weight(layer + 1);
    return { layer, row, columns: [], price: (rowSums[row]! * rowFactors[row]!) / cost };
  }

  #ofColumns(layer: number, columns: readonly number[]): Candidate {
    const { columnSums, columnFactors, rowCount } = this.#live[layer]!;
    const value = columns.reduce((sum, column) => sum + columnSums[column]! * columnFactors[column]!, 0);
    return { layer, columns, price: value / (columns.length * rowCount * this.#weight(layer)) };
  }

  /** What a cell of a layer costs. */
  #weight(layer: number): number {
    return cellCost(this.#options.cost, this.#matrices[layer]!);
  }

  /** Live columns of the next layer that read a filter. */
  #readers(layer: number, row: number): readonly number[] {
    const { block } = this.#matrices[layer + 1]!;
    return this.#liveColumns(layer + 1, row * block, block);
  }

  #liveColumns(layer: number, first: number, count: number): readonly number[] {
    const { columns } = this.#live[layer]!;
    const found: number[] = [];
    for (let column = first; column < first + count; column++) if (columns[column] === 1) found.push(column);
    return found;
  }

  #removeRow(layer: number, row: number): void {
    const live = this.#live[layer]!;
    const values = this.#importance[layer]!;
    const width = live.columns.length;
    live.rows[row] = 0;
    live.rowCount--;
    for (let column = 0; column < width; column++) live.columnSums[column]! -= values[row * width + column]!;
  }

  #removeColumn(layer: number, column: number): void {
    const live = this.#live[layer]!;
    const values = this.#importance[layer]!;
    const width = live.columns.length;
    live.columns[column] = 0;
    live.columnCount--;
    for (let row = 0; row < live.rows.length; row++) live.rowSums[row]! -= values[row * width + column]!;
  }
}
