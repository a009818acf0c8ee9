/**
 * The golden model of the engine: what a quantised network gives, to the bit. Sums are 32-bit integers, which
 * `checkQuantizedNetwork` proves wide enough.
 */
import { ModelError } from '../model-error.js';
import type { QuantizedNetwork } from '../quantized.js';
import { formatRange } from './accumulator.js';
import { checkQuantizedNetwork, mapSize } from './check-quantized.js';
import { encodeInput } from './encode-input.js';
import { type LayerRunner, layerRunner } from './layer-runner.js';

export interface QuantizedResult {
  /** The last layer's output, (C, H, W) order. */
  readonly scores: Int32Array;
  /** Index of the largest score, the first of equals. */
  readonly label: number;
  /** Output of every layer, (C, H, W) order, if asked for. */
  readonly layers?: readonly Int32Array[];
}

export interface QuantizedBatchResult {
  readonly count: number;
  /** [count, scores of an image]. */
  readonly scores: Int32Array;
  /** One an image. */
  readonly labels: Int32Array;
}

/** A `Uint8Array` is a stored image (bytes 0 … 255, encoded here); an `Int32Array` is the engine's input integers. */
export type QuantizedInput = Uint8Array | Int32Array;

/** A network that has been checked and made ready to run on many images. */
export class QuantizedRunner {
  readonly network: QuantizedNetwork;
  readonly #runners: readonly LayerRunner[];
  readonly #inputSize: number;

  /** @throws ModelError when the network contradicts itself or a sum does not fit 32 bits */
  constructor(network: QuantizedNetwork) {
    checkQuantizedNetwork(network);
    this.network = network;
    this.#runners = network.layers.map(layerRunner);
    this.#inputSize = mapSize(network.input.shape);
  }

  /** @throws ModelError when the input has another size than the network's, or integers outside of its format */
  run(input: QuantizedInput, options: { readonly layers?: boolean } = {}): QuantizedResult {
    if (input.length !== this.#inputSize) this.#wrongSize(input.length);
    const layers = this.#layers(this.#integers(input), 0);
    const scores = layers.at(-1)!;
    return { scores, label: firstLargest(scores, 0, scores.length), ...(options.layers === true ? { layers } : {}) };
  }

  /** @param inputs whole images one after another */
  runBatch(inputs: QuantizedInput): QuantizedBatchResult {
    const count = inputs.length / this.#inputSize;
    if (!Number.isInteger(count)) this.#wrongSize(inputs.length);
    const integers = this.#integers(inputs);
    const buffers = this.network.layers.map((layer) => new Int32Array(mapSize(layer.outputShape)));
    const size = buffers.at(-1)!.length;
    const scores = new Int32Array(count * size);
    const labels = new Int32Array(count);
    for (let image = 0; image < count; image++) {
      this.#layers(integers, image * this.#inputSize, buffers);
      scores.set(buffers.at(-1)!, image * size);
      labels[image] = firstLargest(scores, image * size, size);
    }
    return { count, scores, labels };
  }

  #layers(integers: Int32Array, offset: number, buffers?: readonly Int32Array[]): readonly Int32Array[] {
    const outputs = buffers ?? this.network.layers.map((layer) => new Int32Array(mapSize(layer.outputShape)));
    let input = integers;
    let inputOffset = offset;
    this.#runners.forEach((run, index) => {
      run(input, inputOffset, outputs[index]!, 0);
      input = outputs[index]!;
      inputOffset = 0;
    });
    return outputs;
  }

  #integers(input: QuantizedInput): Int32Array {
    if (input instanceof Uint8Array) return encodeInput(this.network.input, input);
    const { low, high } = formatRange(this.network.input.format);
    const stray = input.find((value) => value < low || value > high);
    if (stray !== undefined) {
      throw new ModelError(
        `the input integer ${stray} is outside of ${low} … ${high}`,
        {},
        `give integers of ${this.network.input.format.bits} bits, or the stored image as bytes`,
      );
    }
    return input;
  }

  #wrongSize(length: number): never {
    throw new ModelError(
      `the input has ${length} values, but an image of '${this.network.name}' has ${this.network.input.shape.join(' × ')} = ${this.#inputSize}`,
      {},
      'give images of that shape',
    );
  }
}

/** One image through the network: see `QuantizedRunner.run`; make a `QuantizedRunner` for many. */
export function runQuantized(
  network: QuantizedNetwork,
  input: QuantizedInput,
  options: { readonly layers?: boolean } = {},
): QuantizedResult {
  return new QuantizedRunner(network).run(input, options);
}

/** Many images, one after another in `inputs`. */
export function runQuantizedBatch(network: QuantizedNetwork, inputs: QuantizedInput): QuantizedBatchResult {
  return new QuantizedRunner(network).runBatch(inputs);
}

function firstLargest(values: Int32Array, offset: number, count: number): number {
  let best = 0;
  for (let index = 1; index < count; index++) {
    if (values[offset + index]! > values[offset + best]!) best = index;
  }
  return best;
}
