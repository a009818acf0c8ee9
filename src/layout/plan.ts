/**
 * How a quantised network is placed on subarrays: plain data that the planner makes, generators build from, the
 * image writer fills and the timing model counts.
 */
import type {
  QuantizedConvolution,
  QuantizedFullyConnected,
  QuantizedLayer,
  QuantizedNetwork,
} from '../network/quantized.js';

/** Cells of one subarray, and clock cycles of its operations. */
export interface SubarrayGeometry {
  /** Word lines. */
  readonly rows: number;
  /** Bit lines. */
  readonly columns: number;
  readonly readCycles: number;
  readonly writeCycles: number;
}

export type WeightedLayer = QuantizedConvolution | QuantizedFullyConnected;

/**
 * One weighted layer on a bank of subarrays.
 *
 * The window of an output pixel (`taps` inputs of one group) is cut into `chunks` pieces of `chunkWidth`. A segment is
 * one bit plane of one filter's weights over one chunk: `chunkWidth` cells in a row. In each step the bank senses one
 * row across `across` subarrays, which holds
 *
 *     pixelsAtOnce × filtersAtOnce × planesAtOnce × chunksAtOnce
 *
 * segments, the last factor fastest, `segmentsPerSubarray` in each subarray, from bit line 0 up; and ANDs them with
 * one bit plane of the window. Segments of further pixels repeat the weights of the first.
 *
 * Rows follow one another in the order of use: for each pass (a group's next `filtersAtOnce` filters), for each group
 * of weight planes from the most significant down, for each group of chunks. Each row meets every bit plane of the
 * activations, the most significant first.
 */
export interface BankPlan {
  readonly groups: number;
  readonly filters: number;
  readonly taps: number;
  readonly chunks: number;
  readonly chunkWidth: number;
  readonly chunksAtOnce: number;
  readonly planesAtOnce: number;
  readonly filtersAtOnce: number;
  /** Neighbouring output pixels of one row of the map; divides the width of the map. */
  readonly pixelsAtOnce: number;
  readonly segmentsPerSubarray: number;
  /** Subarrays that compute at once. */
  readonly across: number;
  /** Subarrays behind each of these, that hold further rows. */
  readonly stack: number;
  /** Bit planes stored for a weight; 1 for ±1. */
  readonly weightPlanes: number;
  readonly activationPlanes: number;
  /** Groups of chunks, and groups of weight planes, that a pass walks through. */
  readonly chunkGroups: number;
  readonly planeGroups: number;
  readonly passesPerGroup: number;
  /** passes × planeGroups × chunkGroups: rows of the bank that hold weights. */
  readonly rows: number;
  /** Cycles for which each row is held: the activation planes, or a slower read. */
  readonly cyclesPerRow: number;
  /** Bits of the requantisation's multiplier taken each cycle; the multiplication takes ⌈multiplierBits / digitBits⌉. */
  readonly digitBits: number;
}

export type LayerPlan =
  | {
      readonly kind: 'bank';
      readonly source: 'window' | 'vector';
      readonly layer: WeightedLayer;
      readonly bank: BankPlan;
      /** Values, or before windows whole pixels, that may wait before the layer: 0, or a power of two of at least 4. */
      readonly fifoDepth: number;
    }
  | { readonly kind: 'pool'; readonly layer: Exclude<QuantizedLayer, WeightedLayer>; readonly digitBits: number };

export interface EnginePlan {
  readonly network: QuantizedNetwork;
  readonly geometry: SubarrayGeometry;
  readonly layers: readonly LayerPlan[];
}

/** Subarrays of a bank in all. */
export function subarrayCount({ across, stack }: BankPlan): number {
  return across * stack;
}

/** Cycles in which a bank senses for one image: the bound that no input or output can go below. */
export function bankCycles(bank: BankPlan, pixels: number): number {
  return (pixels / bank.pixelsAtOnce) * bank.rows * bank.cyclesPerRow;
}
