/**
 * A quantised network as an ONNX graph of real numbers with QuantizeLinear and DequantizeLinear (QDQ), which any runtime
 * of ONNX runs: weights int8 with a scale a filter, biases int32, activations uint8 or int8 with one scale.
 *
 * Integers between layers are those of the engine but for rounding: QuantizeLinear rounds halves to even where the engine
 * rounds them up, and it divides a 32-bit float where the engine multiplies integers, so that a value within about 2^−24
 * of a half may fall on either side. Columns that were removed are zeros.
 */
import type { Graph } from '../graph.js';
import { formatRange } from '../integer/accumulator.js';
import { ModelError } from '../model-error.js';
import type { Padding } from '../network.js';
import type {
  IntegerFormat,
  QuantizedAveragePool,
  QuantizedConvolution,
  QuantizedNetwork,
  Requantization,
} from '../quantized.js';
import { tensorOf } from '../tensor.js';
import { GraphWriter, int, ints } from './graph-writer.js';
import { columnCount, isWeighted, scatterColumns, type WeightedLayer } from './weight-matrix.js';

/** What the real numbers at the end of the chain stand for: real = scale · (integer − zeroPoint). */
interface Meaning {
  readonly scale: number;
  readonly zeroPoint: number;
}

/**
 * The input `image` is [N, channels, rows, columns] of real numbers, (byte / divisor − mean) / deviation. The output
 * is `scores`, real numbers, or with the ending `argmax` the index of the largest, `label`.
 *
 * @throws ModelError for activations of more than 8 bits between layers, which a quantised network has none of
 */
export function qdqGraph(network: QuantizedNetwork): Graph {
  const writer = new GraphWriter('image');
  const { shape, format, meaning } = network.input;
  let now = quantize(writer, 'image', format, meaning, formatRange(format));
  let flat = false;
  for (const layer of network.layers) {
    if (layer.kind === 'fullyConnected' && !flat) writer.then(`${layer.name}_flat`, 'Flatten');
    if (layer.kind !== 'fullyConnected' && flat) {
      const sizes = writer.indices(`${layer.name}_shape`, [-1, ...layer.inputShape]);
      writer.then(`${layer.name}_map`, 'Reshape', [sizes]);
    }
    flat = layer.kind === 'fullyConnected';
    if (isWeighted(layer)) now = weighted(writer, layer, now);
    else if (layer.kind === 'averagePool') now = averagePool(writer, layer, now);
    else {
      const { kernel, stride, padding } = layer;
      const attributes = { kernel_shape: ints(kernel), strides: ints(stride), pads: ints(padding) };
      writer.then(layer.name, 'MaxPool', [], attributes);
    }
  }
  const input = { name: 'image', type: 'float32', shape: ['N', ...shape] } as const;
  const output = network.layers.at(-1)!.outputShape;
  if (network.ending === 'argmax') {
    if (!flat) writer.then('flat_scores', 'Flatten');
    writer.then('label', 'ArgMax', [], { axis: int(1), keepdims: int(0) });
    return writer.graph(network.name, input, { type: 'int64', shape: ['N'] });
  }
  writer.then('scores', 'Identity');
  return writer.graph(network.name, input, { type: 'float32', shape: ['N', ...(flat ? [output[0]] : output)] });
}

/**
 * Clamps, quantises and takes back: integers low … high. Where the zero point is no integer of the format, the real
 * numbers are moved to the nearest one that is.
 */
function quantize(
  writer: GraphWriter,
  name: string,
  format: IntegerFormat,
  { scale, zeroPoint: exact }: Meaning,
  { low, high }: { readonly low: number; readonly high: number },
): Meaning {
  const type = format.signed ? 'int8' : 'uint8';
  const full = formatRange({ bits: 8, signed: format.signed });
  if (low < full.low || high > full.high) {
    throw new ModelError(`integers ${low} … ${high} do not fit 8 bits`, { node: name }, 'quantise to 8 bits or fewer');
  }
  const zeroPoint = Math.min(full.high, Math.max(full.low, Math.round(exact)));
  if (zeroPoint !== exact) {
    writer.then(`${name}_moved`, 'Add', [writer.float(`${name}_move`, scale * (exact - zeroPoint))]);
  }
  if (low > full.low || high < full.high) {
    const limits = [low, high].map((limit, side) =>
      writer.float(`${name}_${side === 0 ? 'low' : 'high'}`, scale * (limit - zeroPoint)),
    );
    writer.then(`${name}_clamped`, 'Clip', limits);
  }
  const constants = [
    writer.float(`${name}_scale`, scale),
    writer.tensor(`${name}_zero_point`, tensorOf(type, [], [zeroPoint])),
  ];
  writer.then(`${name}_quantized`, 'QuantizeLinear', constants);
  writer.then(`${name}_real`, 'DequantizeLinear', constants);
  return { scale, zeroPoint };
}

function weighted(writer: GraphWriter, layer: WeightedLayer, input: Meaning): Meaning {
  const { name, bias, requantization, outputMeaning } = layer;
  const filters = bias.length;
  const columns = columnCount(layer);
  const weights = scatterColumns(layer.weights, layer.taps, columns);
  const weightScale = Float32Array.from(
    bias,
    (_, filter) => (ratioOf(requantization, filter) * outputMeaning.scale) / input.scale,
  );
  // Sums of the engine are over integers, those of the graph over integers less their zero point.
  const moved = bias.map((value, filter) => {
    const sum = weights.subarray(filter * columns, (filter + 1) * columns).reduce((total, weight) => total + weight, 0);
    return value + input.zeroPoint * sum;
  });
  const shape =
    layer.kind === 'convolution' ? [filters, layer.inputShape[0] / layer.groups, ...layer.kernel] : [filters, columns];
  const constants = [
    dequantized(writer, `${name}_weight`, { type: 'int8', shape, data: weights }, weightScale),
    dequantized(
      writer,
      `${name}_bias`,
      { type: 'int32', shape: [filters], data: moved },
      weightScale.map((scale) => scale * input.scale),
    ),
  ];
  if (layer.kind === 'fullyConnected') writer.then(name, 'Gemm', constants, { transB: int(1) });
  else {
    const { kernel, stride, dilation, groups } = layer;
    const pads = padding(writer, layer, input);
    const window = { kernel_shape: ints(kernel), strides: ints(stride), dilations: ints(dilation), pads: ints(pads) };
    writer.then(name, 'Conv', constants, { ...window, group: int(groups) });
  }
  const meaning = { scale: outputMeaning.scale, zeroPoint: requantization?.zeroPoint ?? 0 };
  return requantization ? quantize(writer, name, layer.output, meaning, requantization) : meaning;
}

/** Sums to outputs; without a requantisation the sums are the output. */
function ratioOf(requantization: Requantization | undefined, filter: number): number {
  return requantization === undefined ? 1 : requantization.multiplier[filter]! * 2 ** -requantization.shift;
}

function dequantized(
  writer: GraphWriter,
  name: string,
  tensor: Parameters<GraphWriter['tensor']>[1],
  scale: Float32Array,
): string {
  const constants = [writer.tensor(`${name}_integers`, tensor), writer.float(`${name}_scale`, scale)];
  return writer.node(name, 'DequantizeLinear', constants, { axis: int(0) });
}

/**
 * Mean of n integers x with zero point z and scale s: s · (Σx / n − z). The engine's r · Σx is that at the scale
 * s / (n · r), moved by r · n · z.
 */
function averagePool(writer: GraphWriter, layer: QuantizedAveragePool, input: Meaning): Meaning {
  const { name, kernel, stride, requantization } = layer;
  const attributes = { kernel_shape: ints(kernel), strides: ints(stride), count_include_pad: int(1) };
  writer.then(name, 'AveragePool', [], { ...attributes, pads: ints(padding(writer, layer, input)) });
  const gain = kernel[0] * kernel[1] * ratioOf(requantization, 0);
  const zeroPoint = requantization.zeroPoint + gain * input.zeroPoint;
  return quantize(writer, name, layer.output, { scale: input.scale / gain, zeroPoint }, requantization);
}

/** Padding that the operator does itself, which is with real zeros; other values are put around the map before. */
function padding(writer: GraphWriter, layer: QuantizedConvolution | QuantizedAveragePool, input: Meaning): Padding {
  const { name, padding: sides, paddingValue } = layer;
  if (paddingValue === input.zeroPoint || sides.every((side) => side === 0)) return sides;
  const [top, left, bottom, right] = sides;
  const constants = [
    writer.indices(`${name}_pads`, [0, 0, top, left, 0, 0, bottom, right]),
    writer.float(`${name}_padding_value`, input.scale * (paddingValue - input.zeroPoint)),
  ];
  writer.then(`${name}_padded`, 'Pad', constants);
  return [0, 0, 0, 0];
}
