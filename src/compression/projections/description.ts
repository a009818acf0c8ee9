/**
 * Constraints as plain data, for configuration files, commands and reports; `projectionOf` makes the projection.
 * Sizes are counts of what is left, of the matrix whose rows are filters and whose columns are a window's inputs.
 */

/** The `keep` weights of largest magnitude. */
export interface UnstructuredPruning {
  readonly kind: 'unstructured';
  readonly keep: number;
}

/** The `keep` rows of largest norm. */
export interface FilterPruning {
  readonly kind: 'filter';
  readonly keep: number;
}

/** The `keep` columns of largest norm: all filters lose the same places of their shape. */
export interface ShapePruning {
  readonly kind: 'shape';
  readonly keep: number;
}

/** The `keep` input channels of largest norm, each `kernel` neighbouring columns. */
export interface ChannelPruning {
  readonly kind: 'channel';
  readonly keep: number;
  /** Weights of a filter for one channel: kernel height · width. */
  readonly kernel: number;
}

/** The `keep` blocks of largest norm; blocks at the right and lower edges may be cut. */
export interface BlockPruning {
  readonly kind: 'block';
  readonly keep: number;
  readonly rows: number;
  readonly columns: number;
}

/** Rows and columns at once, `filters` and `columns` of them: a near matrix, not always the nearest. */
export interface FilterAndShapePruning {
  readonly kind: 'filterAndShape';
  readonly filters: number;
  readonly columns: number;
}

/**
 * Integers of `bits` bits times a scale, zero among them.
 * - `equidistant`: 0, ±1 … ±(2^(bits − 1) − 1); 2 … 8 bits.
 * - `powersOfTwo`: 0, ±1, ±2, ±4 … ±2^(2^(bits − 1) − 2); 2 … 4 bits, so that they are integers of at most 8 bits.
 */
export interface Levels {
  readonly kind: 'levels';
  readonly bits: number;
  readonly spacing: 'equidistant' | 'powersOfTwo';
  /** Who shares a scale. */
  readonly per: 'layer' | 'filter';
}

export type PruningDescription =
  | UnstructuredPruning
  | FilterPruning
  | ShapePruning
  | ChannelPruning
  | BlockPruning
  | FilterAndShapePruning;

/** One after another, levels last: every constraint holds for the result. */
export interface Sequence {
  readonly kind: 'sequence';
  readonly steps: readonly (PruningDescription | Levels)[];
}

export type ProjectionDescription = PruningDescription | Levels | Sequence;
