/** Weighted layers as matrices between which channels run: what pruning removes rows and columns of. */
import { mapSize } from '../integer/check-quantized.js';
import type {
  QuantizedAveragePool,
  QuantizedConvolution,
  QuantizedFullyConnected,
  QuantizedLayer,
  QuantizedMaximumPool,
  QuantizedNetwork,
} from '../quantized.js';

export type WeightedLayer = QuantizedConvolution | QuantizedFullyConnected;
export type PoolLayer = QuantizedMaximumPool | QuantizedAveragePool;

export function isWeighted(layer: QuantizedLayer): layer is WeightedLayer {
  return layer.kind === 'convolution' || layer.kind === 'fullyConnected';
}

/** A layer's matrix with marks on what is left of it. */
export interface WeightMatrix {
  readonly layer: WeightedLayer;
  /** [rows, columns], row-major, without gaps: columns that `taps` leaves out are zero. */
  readonly weights: Int8Array;
  readonly rows: number;
  readonly columns: number;
  /** Neighbouring columns that read the same channel. */
  readonly cells: number;
  /** With several groups rows and columns cannot be removed one by one: they all stay. */
  readonly whole: boolean;
  /** Changes where constants are folded into it. */
  readonly bias: Int32Array;
  /** 1 for each that is left. */
  readonly keptRows: Uint8Array;
  readonly keptColumns: Uint8Array;
  /** Between this layer and the next weighted one. */
  readonly pools: readonly PoolLayer[];
}

/** Columns of a layer's matrix with none left out, all its filters reading `inputShape`. */
export function columnCount(layer: WeightedLayer): number {
  return layer.kind === 'fullyConnected'
    ? mapSize(layer.inputShape)
    : (layer.inputShape[0] / layer.groups) * layer.kernel[0] * layer.kernel[1];
}

/** Neighbouring columns that read the same channel: the kernel, or the map of a fully connected layer. */
export function cellsOf(layer: WeightedLayer): number {
  return layer.kind === 'fullyConnected'
    ? layer.inputShape[1] * layer.inputShape[2]
    : layer.kernel[0] * layer.kernel[1];
}

export function weightMatrices(network: QuantizedNetwork): WeightMatrix[] {
  return network.layers.flatMap((layer, index) => {
    if (!isWeighted(layer)) return [];
    const rows = layer.bias.length;
    const columns = columnCount(layer);
    const keptColumns = new Uint8Array(columns).fill(layer.taps === undefined ? 1 : 0);
    layer.taps?.forEach((tap) => (keptColumns[tap] = 1));
    const pools: PoolLayer[] = [];
    for (const later of network.layers.slice(index + 1)) {
      if (isWeighted(later)) break;
      pools.push(later);
    }
    return {
      layer,
      weights: scatterColumns(layer.weights, layer.taps, columns),
      rows,
      columns,
      cells: cellsOf(layer),
      whole: layer.kind === 'convolution' && layer.groups > 1,
      bias: layer.bias.slice(),
      keptRows: new Uint8Array(rows).fill(1),
      keptColumns,
      pools,
    };
  });
}

/** [rows, taps] → [rows, columns], zeros where no tap is. */
export function scatterColumns(weights: Int8Array, taps: Int32Array | undefined, columns: number): Int8Array {
  if (taps === undefined) return weights;
  const rows = weights.length / taps.length;
  const scattered = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    taps.forEach((tap, index) => (scattered[row * columns + tap] = weights[row * taps.length + index]!));
  }
  return scattered;
}

/** A copy without `taps`, for weights that leave no column out, or other ones. */
export function withoutTaps<L extends WeightedLayer>(layer: L): L {
  const copy = { ...layer };
  Reflect.deleteProperty(copy, 'taps');
  return copy;
}

/** Indices of the marks that are set. */
export function indicesOf(marks: Uint8Array): Int32Array {
  const indices: number[] = [];
  marks.forEach((mark, index) => mark === 1 && indices.push(index));
  return Int32Array.from(indices);
}
