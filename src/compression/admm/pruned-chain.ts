/**
 * A chain in the course of pruning. Filters that were removed are not there, so that training gets faster with every
 * stage; pruned weights of the filters that stay are zero, and a mask keeps them so.
 */
import {
  type Chain,
  type Parameters,
  parameterShapes,
  placeLayers,
  type TrainedConvolution,
  type TrainedFullyConnected,
} from '../training/chain.js';

export type WeightedLayer = TrainedConvolution | TrainedFullyConnected;

/** Zeros and ones by layer, as many as weights. */
export type Masks = ReadonlyMap<string, Float32Array>;

export interface PrunedChain {
  /** What is left of it. */
  readonly chain: Chain;
  readonly parameters: Parameters;
  readonly masks: Masks;
  /** By layer: the filters that are left, ascending, as the original chain numbers them. */
  readonly filters: ReadonlyMap<string, readonly number[]>;
  readonly original: Chain;
}

/** The weight matrix of a layer: rows are filters; columns, in blocks of one channel, are what a filter reads. */
export interface LayerMatrix {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  /** Neighbouring columns that read one filter of the weighted layer before, or one channel of the image. */
  readonly block: number;
  /** Places at which a filter is applied: 1 of a fully connected layer. */
  readonly positions: number;
}

/** The weight matrices of a chain, in the order of its layers. */
export function layerMatrices(chain: Chain): readonly LayerMatrix[] {
  let channels = chain.inputShape[0];
  return placeLayers(chain).flatMap(({ layer, inputShape, outputShape }): LayerMatrix[] => {
    if (layer.kind === 'maximumPool') return [];
    const rows = outputShape[0];
    const columns =
      layer.kind === 'convolution' ? inputShape[0] * layer.kernel ** 2 : inputShape.reduce((a, b) => a * b, 1);
    const block = columns / channels;
    channels = rows;
    return [{ name: layer.name, rows, columns, block, positions: outputShape[1] * outputShape[2] }];
  });
}

/** A chain of which nothing is pruned yet, zeros of its weights included: they are pruned already. */
export function unprunedChain(chain: Chain, parameters: Parameters): PrunedChain {
  const matrices = layerMatrices(chain);
  return {
    chain,
    parameters,
    masks: new Map(
      matrices.map(({ name }) => [name, parameters.get(`${name}.weight`)!.map((weight) => (weight === 0 ? 0 : 1))]),
    ),
    filters: new Map(matrices.map(({ name, rows }) => [name, Array.from({ length: rows }, (_, row) => row)])),
    original: chain,
  };
}

/** Weights that are left. */
export function keptWeights(masks: Masks): number {
  let kept = 0;
  for (const mask of masks.values()) for (const entry of mask) kept += entry;
  return kept;
}

/** Weights of a whole chain, biases not counted. */
export function allWeights(chain: Chain): number {
  return layerMatrices(chain).reduce((sum, { rows, columns }) => sum + rows * columns, 0);
}

/**
 * Takes filters out that no weight is left of, or that no later layer reads, and with them what reads them. What the bias
 * of a filter without weights gave to later layers is lost; training makes up for it.
 */
export function withoutDeadFilters(pruned: PrunedChain): PrunedChain {
  const matrices = layerMatrices(pruned.chain);
  const alive = matrices.map(({ rows }) => new Uint8Array(rows).fill(1));
  for (let changed = true; changed; ) {
    changed = false;
    matrices.slice(0, -1).forEach((matrix, index) => {
      for (let row = 0; row < matrix.rows; row++) {
        if (alive[index]![row] === 0) continue;
        if (hasInput(index, row) && isRead(index, row)) continue;
        // Something has to be left that the next layer can read.
        if (alive[index]!.reduce((a, b) => a + b, 0) === 1) continue;
        alive[index]![row] = 0;
        changed = true;
      }
    });
  }
  return keepFilters(
    pruned,
    alive.map((flags) => [...flags.keys()].filter((row) => flags[row] === 1)),
  );

  function hasInput(index: number, row: number): boolean {
    const { columns, block, name } = matrices[index]!;
    const mask = pruned.masks.get(name)!;
    for (let column = 0; column < columns; column++) {
      const source = index === 0 || alive[index - 1]![Math.floor(column / block)] === 1;
      if (source && mask[row * columns + column] === 1) return true;
    }
    return false;
  }
  function isRead(index: number, row: number): boolean {
    const { rows, columns, block, name } = matrices[index + 1]!;
    const mask = pruned.masks.get(name)!;
    for (let reader = 0; reader < rows; reader++) {
      if (alive[index + 1]![reader] === 0) continue;
      const first = reader * columns + row * block;
      for (let place = first; place < first + block; place++) if (mask[place] === 1) return true;
    }
    return false;
  }
}

/** @param kept rows of each weight matrix, ascending */
function keepFilters(pruned: PrunedChain, kept: readonly (readonly number[])[]): PrunedChain {
  const matrices = layerMatrices(pruned.chain);
  const parameters = new Map<string, Float32Array>();
  const masks = new Map<string, Float32Array>();
  const filters = new Map<string, readonly number[]>();
  matrices.forEach(({ name, columns, block }, index) => {
    const rows = kept[index]!;
    const sources = index === 0 ? Array.from({ length: columns / block }, (_, channel) => channel) : kept[index - 1]!;
    const reduced = (values: Float32Array): Float32Array => {
      const result = new Float32Array(rows.length * sources.length * block);
      let place = 0;
      for (const row of rows) {
        for (const source of sources) {
          const first = row * columns + source * block;
          result.set(values.subarray(first, first + block), place);
          place += block;
        }
      }
      return result;
    };
    parameters.set(`${name}.weight`, reduced(pruned.parameters.get(`${name}.weight`)!));
    parameters.set(
      `${name}.bias`,
      Float32Array.from(rows, (row) => pruned.parameters.get(`${name}.bias`)![row]!),
    );
    masks.set(name, reduced(pruned.masks.get(name)!));
    filters.set(
      name,
      rows.map((row) => pruned.filters.get(name)![row]!),
    );
  });
  const sizes = new Map(matrices.map(({ name }, index) => [name, kept[index]!.length]));
  const layers = pruned.chain.layers.map((layer) => {
    if (layer.kind === 'maximumPool') return layer;
    const size = sizes.get(layer.name)!;
    return layer.kind === 'convolution' ? { ...layer, filters: size } : { ...layer, outputs: size };
  });
  return { chain: { ...pruned.chain, layers }, parameters, masks, filters, original: pruned.original };
}

/** The parameters in the shapes of the original chain, zero where something was removed. */
export function expandParameters({ chain, parameters, filters, original }: PrunedChain): Parameters {
  const small = layerMatrices(chain);
  const expanded = new Map(
    parameterShapes(original).map(({ name, shape }) => [name, new Float32Array(shape.reduce((a, b) => a * b, 1))]),
  );
  layerMatrices(original).forEach(({ name, columns, block }, index) => {
    const rows = filters.get(name)!;
    const sources =
      index === 0
        ? Array.from({ length: columns / block }, (_, channel) => channel)
        : filters.get(small[index - 1]!.name)!;
    const weights = parameters.get(`${name}.weight`)!;
    const target = expanded.get(`${name}.weight`)!;
    rows.forEach((row, place) => {
      expanded.get(`${name}.bias`)![row] = parameters.get(`${name}.bias`)![place]!;
      sources.forEach((source, channel) => {
        const from = (place * sources.length + channel) * block;
        target.set(weights.subarray(from, from + block), row * columns + source * block);
      });
    });
  });
  return expanded;
}
