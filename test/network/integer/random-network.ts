/** Random quantised layers and chains of them: every kind, width, sign, stride, dilation, padding and grouping. */
import { accumulatorBits, formatRange } from '../../../src/network/integer/accumulator.js';
import { windowOutputLength } from '../../../src/network/integer/window.js';
import type { MapShape, Padding } from '../../../src/network/network.js';
import type {
  IntegerFormat,
  QuantizedLayer,
  QuantizedNetwork,
  Requantization,
} from '../../../src/network/quantized.js';

/** Whole numbers low … high, both included. */
export type Draw = (low: number, high: number) => number;

/** A multiplicative congruential generator (Park and Miller's "minimal standard"): the same numbers everywhere. */
export function drawer(seed: number): Draw {
  let state = (seed % 2147483646) + 1;
  return (low, high) => {
    state = (state * 48271) % 2147483647;
    return low + Math.floor((state / 2147483647) * (high - low + 1));
  };
}

export function randomNetwork(draw: Draw): QuantizedNetwork {
  const shape: MapShape = [draw(1, 5), draw(1, 9), draw(1, 9)];
  const format: IntegerFormat = { bits: draw(1, 8), signed: draw(0, 1) === 1 };
  const count = draw(1, 4);
  const layers: QuantizedLayer[] = [];
  for (let index = 0; index < count; index++) {
    const previous = layers.at(-1);
    layers.push(
      randomLayer(
        draw,
        `layer${index}`,
        previous?.outputShape ?? shape,
        previous?.output ?? format,
        index === count - 1,
      ),
    );
  }
  return {
    name: 'random',
    input: { shape, format, meaning: { scale: 1, zeroPoint: 0 }, preprocess: { divisor: 1, mean: 0, deviation: 1 } },
    layers,
    ending: 'argmax',
  };
}

/** The network with columns removed from some of its layers, from nearly none to all but one. */
export function withRandomTaps(draw: Draw, network: QuantizedNetwork): QuantizedNetwork {
  const layers: QuantizedLayer[] = network.layers.map((layer, index) => {
    if (layer.kind !== 'convolution' && layer.kind !== 'fullyConnected') return layer;
    if ((layer.kind === 'convolution' && layer.groups > 1) || draw(0, 3) === 0) return layer;
    const columns = layer.weights.length / layer.bias.length;
    const share = draw(1, 15);
    const always = draw(0, columns - 1);
    const taps = Int32Array.from({ length: columns }, (_, column) => column).filter(
      (column) => column === always || draw(1, 16) <= share,
    );
    const weights = Int8Array.from(
      Array.from(layer.bias).flatMap((_, filter) => Array.from(taps, (tap) => layer.weights[filter * columns + tap]!)),
    );
    const bits = accumulatorBits(weights, layer.bias, layer.input);
    // The scores of the last layer are its sums.
    const isLast = index === network.layers.length - 1;
    return { ...layer, taps, weights, accumulatorBits: bits, ...(isLast && { output: { bits, signed: true } }) };
  });
  return { ...network, layers };
}

export function randomInput(draw: Draw, network: QuantizedNetwork): Int32Array {
  const { low, high } = formatRange(network.input.format);
  const extreme = draw(0, 3) === 0;
  return Int32Array.from({ length: network.input.shape.reduce((a, b) => a * b) }, () =>
    extreme ? (draw(0, 1) === 0 ? low : high) : draw(low, high),
  );
}

function randomLayer(
  draw: Draw,
  name: string,
  inputShape: MapShape,
  input: IntegerFormat,
  last: boolean,
): QuantizedLayer {
  const kind = draw(0, 4);
  const outputMeaning = { scale: 1, zeroPoint: 0 };
  const output: IntegerFormat = { bits: draw(1, 8), signed: draw(0, 1) === 1 };
  const range = formatRange(input);
  const common = { name, inputShape, input, outputMeaning };
  if (kind <= 1) {
    const outputs = draw(1, 9);
    const fanIn = inputShape[0] * inputShape[1] * inputShape[2];
    const weighted = randomWeights(draw, outputs, fanIn, input, output, last);
    return { ...common, kind: 'fullyConnected', outputShape: [outputs, 1, 1], ...weighted };
  }
  const padding: Padding = [draw(0, 2), draw(0, 2), draw(0, 2), draw(0, 2)];
  const dilation: [number, number] = kind <= 3 ? [draw(1, 2), draw(1, 2)] : [1, 1];
  const stride: [number, number] = [draw(1, 3), draw(1, 3)];
  const fitting = (length: number, before: number, after: number, step: number): number =>
    draw(1, Math.min(4, Math.floor((length + before + after - 1) / step) + 1));
  const kernel: [number, number] = [
    fitting(inputShape[1], padding[0], padding[2], dilation[0]),
    fitting(inputShape[2], padding[1], padding[3], dilation[1]),
  ];
  const height = windowOutputLength(inputShape[1], padding[0], padding[2], kernel[0], stride[0], dilation[0]);
  const width = windowOutputLength(inputShape[2], padding[1], padding[3], kernel[1], stride[1], dilation[1]);
  const paddingValue = draw(range.low, range.high);
  if (kind <= 3) {
    const divisors = [1, 2, 3, 4, 5].filter((value) => inputShape[0] % value === 0);
    const groups = divisors[draw(0, divisors.length - 1)]!;
    const filters = groups * draw(1, 5);
    const fanIn = (inputShape[0] / groups) * kernel[0] * kernel[1];
    const weighted = randomWeights(draw, filters, fanIn, input, output, last);
    const window = { kernel, stride, dilation, padding, paddingValue, groups };
    return { ...common, kind: 'convolution', outputShape: [filters, height, width], ...window, ...weighted };
  }
  const outputShape: MapShape = [inputShape[0], height, width];
  // A window that lies in padding alone has no maximum, and ONNX forbids padding as wide as the kernel.
  const inside =
    padding.every((value, side) => value < kernel[side % 2]!) &&
    (height - 1) * stride[0] - padding[0] < inputShape[1] &&
    (width - 1) * stride[1] - padding[1] < inputShape[2];
  if (draw(0, 1) === 0 && inside) {
    return { ...common, kind: 'maximumPool', outputShape, output: input, kernel, stride, padding };
  }
  const requantization = randomRequantization(draw, 1, output);
  return { ...common, kind: 'averagePool', outputShape, output, kernel, stride, padding, paddingValue, requantization };
}

function randomWeights(
  draw: Draw,
  filters: number,
  fanIn: number,
  input: IntegerFormat,
  output: IntegerFormat,
  last: boolean,
): {
  weights: Int8Array;
  weightBits: number;
  bias: Int32Array;
  accumulatorBits: number;
  output: IntegerFormat;
  requantization?: Requantization;
} {
  const weightBits = draw(1, 8);
  const limit = 2 ** (weightBits - 1);
  const weights = Int8Array.from({ length: filters * fanIn }, () =>
    weightBits === 1 ? (draw(0, 1) === 0 ? -1 : 1) : draw(-limit, limit - 1),
  );
  const reach = 2 ** draw(0, 29);
  const bias = Int32Array.from({ length: filters }, () => draw(-reach, reach));
  const bits = accumulatorBits(weights, bias, input);
  if (last) return { weights, weightBits, bias, accumulatorBits: bits, output: { bits, signed: true } };
  return {
    weights,
    weightBits,
    bias,
    accumulatorBits: bits,
    output,
    requantization: randomRequantization(draw, filters, output),
  };
}

function randomRequantization(draw: Draw, filters: number, output: IntegerFormat): Requantization {
  const multiplierBits = draw(1, 16);
  const range = formatRange(output);
  const low = draw(range.low, range.high);
  return {
    multiplier: Int32Array.from({ length: filters }, () => draw(1, 2 ** multiplierBits - 1)),
    multiplierBits,
    shift: draw(0, 31),
    zeroPoint: draw(range.low, range.high),
    low,
    high: draw(low, range.high),
  };
}
