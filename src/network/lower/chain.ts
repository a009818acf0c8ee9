import type { Window } from '../float/window.js';
import type { AffineQuantization, Clamp, MapShape, Padding } from '../network.js';
import { elementCount } from '../tensor.js';
import { Unsupported } from './support.js';

interface DraftBase {
  readonly name: string;
  readonly inputShape: MapShape;
  readonly outputShape: MapShape;
  outputQuantization?: AffineQuantization;
}

/** A convolution or a fully connected layer while later nodes may still be merged into it. Double precision. */
export interface WeightedDraft extends DraftBase {
  readonly kind: 'convolution' | 'fullyConnected';
  /** Of a convolution. */
  readonly geometry?: {
    readonly kernel: readonly [number, number];
    readonly stride: readonly [number, number];
    readonly dilation: readonly [number, number];
    readonly padding: Padding;
    readonly groups: number;
  };
  /** [filters, inputs of a filter]. */
  readonly weights: Float64Array;
  readonly bias: Float64Array;
  clamp?: Clamp;
  weightQuantization?: AffineQuantization;
}

export interface PoolDraft extends DraftBase {
  readonly kind: 'maximumPool' | 'averagePool';
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly padding: Padding;
  readonly countPadding: boolean;
}

export type Draft = WeightedDraft | PoolDraft;

/** y = scale · x + shift for every element of the map, waiting to be merged into the next layer. */
export interface Affine {
  readonly scale: Float64Array;
  readonly shift: Float64Array;
}

export const NO_PADDING: Padding = [0, 0, 0, 0];

export function addPadding(a: Padding, b: Padding): Padding {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2], a[3] + b[3]];
}

/** The padding of a window over two dimensions. */
export function paddingOf({ before, after }: Window): Padding {
  return [before[0]!, before[1]!, after[0]!, after[1]!];
}

/**
 * The chain of layers as far as it has been built, and how the tensor at its end relates to the last layer's map:
 * through reshapes and transposes (`order`), a padding and a scaling that no layer has taken yet.
 */
export class Chain {
  readonly drafts: Draft[] = [];
  inputShape: MapShape;
  inputQuantization?: AffineQuantization;
  /** Of the last layer's output, or of the input. */
  map: MapShape;
  /** Shape of the tensor at the end, with the batch where it has one. */
  shape: readonly number[];
  /** Element i of the tensor is element order[i] of the map; undefined for the same order. */
  order: Int32Array | undefined;
  pending: Affine | undefined;
  padding: Padding = NO_PADDING;
  /** Set between QuantizeLinear and DequantizeLinear. */
  quantized: AffineQuantization | undefined;
  ending: 'scores' | 'softmax' | 'argmax' = 'scores';

  constructor(
    readonly batch: number,
    shape: readonly number[],
  ) {
    this.shape = shape;
    this.map = mapOf(this.view, 'the input');
    this.inputShape = this.map;
  }

  /** The tensor's shape without the batch. */
  get view(): readonly number[] {
    return this.shape[0] === this.batch ? this.shape.slice(1) : this.shape;
  }

  get last(): Draft | undefined {
    return this.drafts.at(-1);
  }

  get elements(): number {
    return elementCount(this.map);
  }

  /** Spatial sizes of the tensor with the padding that waits for a layer. */
  paddedSizes(): number[] {
    const [top, left, bottom, right] = this.padding;
    const sizes = this.view.slice(1);
    const across = sizes.length - 1;
    return sizes.map((size, d) => size + (d === across ? left + right : top + bottom));
  }

  /** The tensor as a map of channels, rows and columns. @throws Unsupported where its elements are in another order */
  takeMap(): MapShape {
    const wanted = mapOf(this.view, 'the feature map');
    if (this.drafts.length === 0) this.redefineInput(wanted);
    if (this.order === undefined && wanted.join() === this.map.join()) return this.map;
    throw new Unsupported(
      `it sees [${wanted.join(', ')}] after a reshape or transpose of [${this.map.join(', ')}]`,
      'reshape only right before a fully connected layer',
    );
  }

  /** The tensor as one vector: `place[i]` is where element i stands in the map. */
  takeVector(length: number): Int32Array {
    const { view } = this;
    const flat = view.filter((size) => size !== 1).length <= 1;
    if (!flat || elementCount(view) !== length || length !== this.elements) {
      throw new Unsupported(
        `it multiplies only the last dimension of [${this.shape.join(', ')}]`,
        'flatten the feature map before the fully connected layer',
      );
    }
    if (this.padding !== NO_PADDING)
      throw new Unsupported('a padded map is flattened', 'pad only before a convolution');
    return this.order ?? Int32Array.from({ length }, (_, i) => i);
  }

  /** Adds a layer; what was waiting must have gone into it. */
  push(draft: Draft, shape: readonly number[]): void {
    this.drafts.push(draft);
    this.map = draft.outputShape;
    this.shape = shape;
    this.order = undefined;
    this.padding = NO_PADDING;
  }

  /** Before the first layer a reshape says how the image is meant, and a transpose to channels-first is our own order. */
  private redefineInput(wanted: MapShape): void {
    if (this.order !== undefined) {
      const [channels, height, width] = wanted;
      const fromLast = this.order.every((place, i) => {
        const channel = Math.floor(i / (height * width));
        return place === (i % (height * width)) * channels + channel;
      });
      if (!fromLast) return;
      const { order } = this;
      this.pending &&= {
        scale: this.pending.scale.map((_, i, scale) => scale[order[i]!]!),
        shift: this.pending.shift.map((_, i, shift) => shift[order[i]!]!),
      };
      this.order = undefined;
    }
    this.map = wanted;
    this.inputShape = wanted;
  }
}

/** A tensor of 1 to 3 dimensions without the batch as channels, rows, columns. */
export function mapOf(view: readonly number[], what: string): MapShape {
  const [first = 1, second, third, ...rest] = view;
  if (rest.length > 0 || view.includes(0)) {
    throw new Unsupported(`${what} has shape [${view.join(', ')}]`, 'use images of channels, rows and columns');
  }
  if (second === undefined) return [first, 1, 1];
  return third === undefined ? [first, 1, second] : [first, second, third];
}
