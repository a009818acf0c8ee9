import { broadcastIndex, floatAttribute, intAttribute } from '../float/operator.js';
import { planeWindow, windowOf } from '../float/window.js';
import type { Tensor } from '../graph.js';
import type { AffineQuantization } from '../network.js';
import { elementCount, numbersOf } from '../tensor.js';
import { perChannel } from './affine.js';
import { addPadding, type Chain, mapOf, paddingOf, type WeightedDraft } from './chain.js';
import { affineQuantization } from './quantization.js';
import type { Step } from './step.js';
import { Unsupported } from './support.js';

export function lowerConvolution(chain: Chain, step: Step): void {
  const inputShape = chain.takeMap();
  const filters = constantOf(step, 1);
  const groups = intAttribute(step.context, 'group', 1);
  const window = planeWindow(windowOf(step.context, chain.paddedSizes(), filters.shape.slice(2)), step.context);
  const padding = addPadding(chain.padding, paddingOf(window));
  const count = filters.shape[0]!;
  const weights = Float64Array.from(numbersOf(filters));
  const bias = biasOf(step, count, 1);
  let quantization = weightQuantization(step, 0);
  const { pending } = chain;
  if (pending !== undefined) {
    const scale = perChannel(pending.scale, chain.map);
    const shift = perChannel(pending.shift, chain.map);
    if (scale === undefined || shift === undefined) {
      throw new Unsupported('the scaling before it differs inside a channel', 'scale by channel');
    }
    if (shift.some((t) => t !== 0) && padding.some((cells) => cells !== 0)) {
      throw new Unsupported(
        'a shift before it cannot be merged, because its padding is not shifted',
        'put the BatchNormalization after the convolution',
      );
    }
    const cells = elementCount(filters.shape.slice(2));
    const perGroup = filters.shape[1]!;
    const channelAt = (i: number): number => {
      const group = Math.floor(i / (cells * perGroup * (count / groups)));
      return group * perGroup + (Math.floor(i / cells) % perGroup);
    };
    quantization = mergeBefore(weights, bias, scale, shift, channelAt, quantization);
    chain.pending = undefined;
  }
  push(chain, step, {
    name: step.node.name,
    kind: 'convolution',
    inputShape,
    outputShape: mapOf(step.shape.slice(1), 'the feature map'),
    geometry: {
      kernel: pair(window.kernel),
      stride: pair(window.stride),
      dilation: pair(window.dilation),
      padding,
      groups,
    },
    weights,
    bias,
    ...(quantization === undefined ? {} : { weightQuantization: quantization }),
  });
}

/** Gemm and MatMul with constant weights. */
export function lowerFullyConnected(chain: Chain, step: Step): void {
  const gemm = step.node.operator === 'Gemm';
  if (step.inputs[0]?.constant !== undefined) {
    throw new Unsupported('the constant is on the left', 'multiply the vector by the weights, not the weights by it');
  }
  const matrix = constantOf(step, 1);
  const flipped = gemm && intAttribute(step.context, 'transB', 0) !== 0;
  if (matrix.shape.length !== 2) {
    throw new Unsupported(`weights have ${matrix.shape.length} dimensions`, 'use a matrix of weights');
  }
  const [rows, columns] = [matrix.shape[0]!, matrix.shape[1]!];
  const [inputs, outputs] = flipped ? [columns, rows] : [rows, columns];
  const place = chain.takeVector(inputs);
  const alpha = gemm ? floatAttribute(step.context, 'alpha', 1) : 1;
  const values = numbersOf(matrix);
  const weights = new Float64Array(inputs * outputs);
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      weights[o * inputs + place[i]!] = alpha * values[flipped ? o * inputs + i : i * outputs + o]!;
    }
  }
  const bias = biasOf(step, outputs, gemm ? floatAttribute(step.context, 'beta', 1) : 1);
  let quantization = weightQuantization(step, flipped ? 0 : 1);
  if (alpha !== 1 && quantization !== undefined) {
    if (alpha <= 0) throw new Unsupported('quantised weights are scaled by a negative number', 'use an alpha above 0');
    quantization = { ...quantization, scale: quantization.scale.map((s) => s * alpha) };
  }
  const { pending } = chain;
  if (pending !== undefined) {
    quantization = mergeBefore(weights, bias, pending.scale, pending.shift, (i) => i % inputs, quantization);
    chain.pending = undefined;
  }
  push(chain, step, {
    name: step.node.name,
    kind: 'fullyConnected',
    inputShape: chain.map,
    outputShape: [outputs, 1, 1],
    weights,
    bias,
    ...(quantization === undefined ? {} : { weightQuantization: quantization }),
  });
}

function push(chain: Chain, step: Step, draft: WeightedDraft): void {
  const wrong = (value: number): boolean => !Number.isFinite(value);
  if (draft.weights.some(wrong) || draft.bias.some(wrong)) {
    throw new Unsupported('the weights hold NaN or infinity', 'train again; check the learning rate');
  }
  if (chain.quantized !== undefined) throw new Unsupported('it works on quantised integers', 'dequantise first (QDQ)');
  chain.push(draft, step.shape);
}

function constantOf(step: Step, index: number): Tensor {
  const constant = step.inputs[index]?.constant;
  if (constant === undefined)
    throw new Unsupported('its weights are not constant', 'export the weights with the model');
  return constant;
}

function biasOf(step: Step, count: number, factor: number): Float64Array {
  const bias = step.inputs[2]?.constant;
  const result = new Float64Array(count);
  if (bias === undefined) return result;
  if (bias.shape.length === 2 && bias.shape[0] !== 1) {
    throw new Unsupported('the bias differs between images of a batch', 'give one bias for each output');
  }
  const values = numbersOf(bias);
  const index = broadcastIndex(bias.shape, [1, count]);
  return result.map((_, i) => factor * values[index[i]!]!);
}

/** Merges x ↦ scale · x + shift, which comes before the sum, into weights and bias: Σ w (s x + t) = Σ (w s) x + Σ w t. */
function mergeBefore(
  weights: Float64Array,
  bias: Float64Array,
  scale: Float64Array,
  shift: Float64Array,
  inputOf: (weight: number) => number,
  quantization: AffineQuantization | undefined,
): AffineQuantization | undefined {
  const inner = weights.length / bias.length;
  for (let i = 0; i < weights.length; i++) {
    const input = inputOf(i);
    const filter = Math.floor(i / inner);
    bias[filter] = bias[filter]! + weights[i]! * shift[input]!;
    weights[i] = weights[i]! * scale[input]!;
  }
  if (quantization === undefined) return undefined;
  const factor = scale[0]!;
  if (factor <= 0 || scale.some((s) => s !== factor)) {
    throw new Unsupported('inputs of quantised weights are scaled one by one', 'fold the scaling before quantising');
  }
  return { ...quantization, scale: quantization.scale.map((s) => s * factor) };
}

/** How the weights of input 1 were quantised, when a DequantizeLinear made them. `axis` is that of the outputs. */
function weightQuantization(step: Step, axis: number): AffineQuantization | undefined {
  const source = step.quantizedConstants.get(step.node.inputs[1]!);
  if (source === undefined) return undefined;
  const rank = source.integers.shape.length;
  const own = source.axis < 0 ? source.axis + rank : source.axis;
  if (elementCount(source.scale.shape) > 1 && own !== axis) {
    throw new Unsupported('weights are quantised along their inputs', 'quantise per tensor or per output channel');
  }
  return affineQuantization(source.integers.type, source.scale, source.zeroPoint);
}

function pair(list: readonly number[]): [number, number] {
  return [list[0]!, list[1]!];
}
