import { batchNormalization } from '../float/operators/elementwise.js';
import { broadcastIndex } from '../float/operator.js';
import type { Tensor } from '../graph.js';
import type { MapShape } from '../network.js';
import { numbersOf } from '../tensor.js';
import { type Chain, NO_PADDING, type WeightedDraft } from './chain.js';
import type { Step } from './step.js';
import { Unsupported } from './support.js';

/** Add, Sub, Mul, Div and Sum with constants. */
export function lowerArithmetic(chain: Chain, step: Step): void {
  const { operator } = step.node;
  const first = step.inputs[0]?.constant === undefined;
  for (const input of step.inputs) {
    const constant = input?.constant;
    if (constant === undefined) continue;
    const values = onMap(chain, step, constant);
    const ones = new Float64Array(chain.elements).fill(1);
    const zeros = new Float64Array(chain.elements);
    switch (operator) {
      case 'Mul':
        applyAffine(chain, values, zeros);
        break;
      case 'Div':
        if (!first) throw new Unsupported('a constant is divided by the feature map', 'retrain without it');
        applyAffine(
          chain,
          values.map((v) => 1 / v),
          zeros,
        );
        break;
      case 'Sub':
        if (first)
          applyAffine(
            chain,
            ones,
            values.map((v) => -v),
          );
        else applyAffine(chain, ones.fill(-1), values);
        break;
      default:
        applyAffine(chain, ones, values);
    }
  }
}

export function lowerBatchNormalization(chain: Chain, step: Step): void {
  const constants = step.inputs.map((input) => input?.constant);
  const { scale, shift } = batchNormalization(constants, step.context);
  const shape = [scale.length, ...step.shape.slice(2).map(() => 1)];
  const tensor = (data: Float64Array): Tensor => ({ type: 'float64', shape, data });
  applyAffine(chain, onMap(chain, step, tensor(scale)), onMap(chain, step, tensor(shift)));
}

/** A constant broadcast over the tensor, in the order of the map. */
function onMap(chain: Chain, step: Step, constant: Tensor): Float64Array {
  if (step.shape.join() !== chain.shape.join()) {
    throw new Unsupported('a constant that is larger than the feature map', 'give one number, or one for each channel');
  }
  const values = numbersOf(constant);
  if (values.some((value) => !Number.isFinite(value))) {
    throw new Unsupported('a constant holds NaN or infinity', 'train again; check the learning rate');
  }
  const target = [1, ...chain.view];
  const rank = constant.shape.length;
  if (rank > target.length || (rank === target.length && constant.shape[0] !== 1)) {
    throw new Unsupported('a constant that differs between images of a batch', 'give one number for each channel');
  }
  const index = broadcastIndex(constant.shape, target);
  const result = new Float64Array(chain.elements);
  for (let i = 0; i < index.length; i++) result[chain.order?.[i] ?? i] = values[index[i]!]!;
  return result;
}

/** Merges y = scale · x + shift into the layer before where that is exact, else leaves it for the layer after. */
function applyAffine(chain: Chain, scale: Float64Array, shift: Float64Array): void {
  if (chain.padding !== NO_PADDING) {
    throw new Unsupported('a scaling between a Pad and the layer it pads', 'put the Pad right before the convolution');
  }
  if (chain.quantized !== undefined) throw new Unsupported('arithmetic on quantised integers', 'dequantise first');
  const { last } = chain;
  if (last !== undefined && isOpen(last) && chain.pending === undefined) {
    const scales = perChannel(scale, chain.map);
    const shifts = perChannel(shift, chain.map);
    if (scales !== undefined && shifts !== undefined) {
      scaleFilters(last, scales);
      for (let f = 0; f < last.bias.length; f++) last.bias[f] = last.bias[f]! * scales[f]! + shifts[f]!;
      return;
    }
  }
  const before = chain.pending;
  chain.pending =
    before === undefined
      ? { scale, shift }
      : {
          scale: before.scale.map((s, i) => s * scale[i]!),
          shift: before.shift.map((t, i) => t * scale[i]! + shift[i]!),
        };
}

/** Whether nothing but the sum has happened yet, so that a scaling merges into the weights. */
function isOpen(draft: NonNullable<Chain['last']>): draft is WeightedDraft {
  return 'weights' in draft && draft.clamp === undefined && draft.outputQuantization === undefined;
}

function scaleFilters(draft: WeightedDraft, scales: Float64Array): void {
  const inner = draft.weights.length / scales.length;
  for (let i = 0; i < draft.weights.length; i++) draft.weights[i] = draft.weights[i]! * scales[Math.floor(i / inner)]!;
  const quantization = draft.weightQuantization;
  if (quantization === undefined || scales.every((s) => s === 1)) return;
  if (scales.some((s) => s <= 0)) {
    throw new Unsupported('quantised weights are scaled by a negative number', 'fold the scaling before quantising');
  }
  const several = (values: ArrayLike<number>, f: number): number => values[values.length === 1 ? 0 : f]!;
  draft.weightQuantization = {
    ...quantization,
    scale: Float32Array.from(scales, (s, f) => s * several(quantization.scale, f)),
    zeroPoint: Int32Array.from(scales, (_, f) => several(quantization.zeroPoint, f)),
  };
}

/** One value for each channel, or undefined where it differs inside a channel. */
export function perChannel(values: Float64Array, [channels, height, width]: MapShape): Float64Array | undefined {
  const inner = height * width;
  const result = new Float64Array(channels);
  for (let c = 0; c < channels; c++) {
    result[c] = values[c * inner]!;
    for (let i = 1; i < inner; i++) if (values[c * inner + i] !== result[c]) return undefined;
  }
  return result;
}
