/**
 * How many filters, columns, blocks or weights each layer keeps when a network shrinks step by step, at every step by the
 * part that the loss depends on least for what it costs. Which ones they are, the projections decide in training.
 */
import { TrainingError } from '../training/training-error.js';
import type { PruningDescription } from '../projections/index.js';
import { SubmatrixPruner } from './submatrix-pruner.js';
import type { Importance } from './importance.js';
import type { Targets } from './project-chain.js';
import type { LayerMatrix } from './pruned-chain.js';

/** What is pruned: single weights, whole filters, whole columns (`shape`), both (`structured`), channels, blocks of the array. */
export type Pattern = 'unstructured' | 'filter' | 'shape' | 'structured' | 'channel' | 'block';

/**
 * What a part costs: its cells; its cells times the places at which they are read, as time and energy go (`work`); or the
 * geometric mean of both, which makes an engine small without leaving it slow.
 */
export type CostKind = 'cells' | 'work' | 'balanced';

/** What one cell of a layer costs. */
export function cellCost(kind: CostKind, { positions }: LayerMatrix): number {
  switch (kind) {
    case 'cells':
      return 1;
    case 'work':
      return positions;
    case 'balanced':
      return Math.sqrt(positions);
  }
}

export interface PathOptions {
  readonly pattern: Pattern;
  readonly cost: CostKind;
  /** Of `block`: rows and columns of a block. */
  readonly block?: { readonly rows: number; readonly columns: number };
}

/** Sizes of a layer's matrix at some point of the path. */
export interface LayerSize {
  readonly filters: number;
  readonly columns: number;
  /** At most filters · columns. */
  readonly weights: number;
}

export interface PathPoint {
  readonly targets: Targets;
  readonly sizes: ReadonlyMap<string, LayerSize>;
}

/** Points from the whole network (0) to the smallest one (length − 1). */
export interface PruningPath {
  readonly length: number;
  readonly at: (step: number) => PathPoint;
}

export function pruningPath(
  matrices: readonly LayerMatrix[],
  importance: Importance,
  options: PathOptions,
): PruningPath {
  return options.pattern === 'unstructured' || options.pattern === 'block'
    ? pathOfBlocks(matrices, importance, options)
    : pathOfSubmatrices(matrices, importance, options);
}

/**
 * The first point whose cost is within the budget. Cost falls along the path, or nearly so.
 *
 * @param what is pruned, for the error
 * @throws TrainingError where not even the last point is within it
 */
export function pointWithin(
  path: PruningPath,
  cost: (point: PathPoint) => number,
  budget: number,
  what: string,
): PathPoint {
  let low = 0;
  let high = path.length - 1;
  const smallest = cost(path.at(high));
  if (smallest > budget) {
    throw new TrainingError(
      what,
      `the budget is ${Math.floor(budget)}, but the smallest network of this pattern costs ${Math.ceil(smallest)}`,
      'allow more, or choose another pattern',
    );
  }
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (cost(path.at(middle)) <= budget) high = middle;
    else low = middle + 1;
  }
  return path.at(high);
}

export function weightsOf({ sizes }: PathPoint): number {
  return [...sizes.values()].reduce((sum, { weights }) => sum + weights, 0);
}

/** Single weights are blocks of 1 × 1. A block at an edge may be cut. */
function pathOfBlocks(
  matrices: readonly LayerMatrix[],
  importance: Importance,
  { pattern, cost, block = { rows: 1, columns: 1 } }: PathOptions,
): PruningPath {
  const blocks = matrices.flatMap((matrix, layer) => {
    const across = Math.ceil(matrix.columns / block.columns);
    const down = Math.ceil(matrix.rows / block.rows);
    const sums = new Float64Array(across * down);
    const cells = new Uint32Array(across * down);
    const values = importance.weights.get(matrix.name)!;
    values.forEach((value, index) => {
      if (value === 0) return;
      const row = Math.floor(index / matrix.columns / block.rows);
      const place = row * across + Math.floor((index % matrix.columns) / block.columns);
      sums[place]! += value;
      cells[place]!++;
    });
    return Array.from(sums, (sum, place) => ({
      layer,
      cells: cells[place]!,
      value: sum / (cells[place]! * cellCost(cost, matrix)),
    })).filter((candidate) => candidate.cells > 0);
  });
  // The last block of a layer is not to be lost, or nothing would reach the scores.
  const order = blocks.sort((a, b) => b.value - a.value);
  const first = matrices.map((_, layer) => order.findIndex((candidate) => candidate.layer === layer));
  const kept = first.map((index) => order[index]!);
  const sorted = [...kept, ...order.filter((candidate) => !kept.includes(candidate))];
  // Training may choose other blocks than these, so the largest count.
  const largestSums = matrices.map((_, layer) => {
    const sizes = blocks.filter((candidate) => candidate.layer === layer).map(({ cells }) => cells);
    const sums = [0];
    for (const size of sizes.sort((a, b) => b - a)) sums.push(sums.at(-1)! + size);
    return sums;
  });
  return {
    length: sorted.length - kept.length + 1,
    at: (step) => {
      const counts = new Uint32Array(matrices.length);
      for (const { layer } of sorted.slice(0, sorted.length - step)) counts[layer]!++;
      return {
        targets: new Map(
          matrices.map(({ name }, layer): [string, PruningDescription] => [
            name,
            pattern === 'block'
              ? { kind: 'block', keep: counts[layer]!, ...block }
              : { kind: 'unstructured', keep: counts[layer]! },
          ]),
        ),
        sizes: new Map(
          matrices.map(({ name, rows, columns }, layer) => [
            name,
            { filters: rows, columns, weights: largestSums[layer]![counts[layer]!]! },
          ]),
        ),
      };
    },
  };
}

function pathOfSubmatrices(
  matrices: readonly LayerMatrix[],
  importance: Importance,
  { pattern, cost }: PathOptions,
): PruningPath {
  const pruner = new SubmatrixPruner(matrices, importance, {
    rows: pattern === 'filter' || pattern === 'structured',
    columns: pattern === 'channel' ? 'channels' : pattern === 'filter' ? 'none' : 'single',
    cost,
  });
  const points = [pruner.sizes()];
  while (pruner.removeLeast()) points.push(pruner.sizes());
  const describe = ({ block }: LayerMatrix, { filters, columns }: LayerSize): PruningDescription => {
    switch (pattern) {
      case 'filter':
        return { kind: 'filter', keep: filters };
      case 'shape':
        return { kind: 'shape', keep: columns };
      case 'channel':
        return { kind: 'channel', keep: columns / block, kernel: block };
      default:
        return { kind: 'filterAndShape', filters, columns };
    }
  };
  return {
    length: points.length,
    at: (step) => {
      const sizes = points[step]!;
      return {
        sizes: new Map(matrices.map(({ name }, layer) => [name, sizes[layer]!])),
        targets: new Map(matrices.map((matrix, layer) => [matrix.name, describe(matrix, sizes[layer]!)])),
      };
    },
  };
}
