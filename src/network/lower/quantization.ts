import { intAttribute } from '../float/operator.js';
import type { Tensor, TensorType } from '../graph.js';
import type { AffineQuantization } from '../network.js';
import { elementCount, floatsOf, numbersOf } from '../tensor.js';
import type { Chain } from './chain.js';
import type { Step } from './step.js';
import { Unsupported } from './support.js';

const FORMATS: Partial<Record<TensorType, { readonly bits: number; readonly signed: boolean }>> = {
  int8: { bits: 8, signed: true },
  uint8: { bits: 8, signed: false },
  int16: { bits: 16, signed: true },
  uint16: { bits: 16, signed: false },
};

export function affineQuantization(type: TensorType, scale: Tensor, zeroPoint: Tensor | undefined): AffineQuantization {
  const format = FORMATS[type];
  if (format === undefined) throw new Unsupported(`quantised to ${type}`, 'quantise to int8 or uint8');
  const scales = Float32Array.from(floatsOf(scale));
  if (scales.some((s) => !(s > 0) || !Number.isFinite(s))) {
    throw new Unsupported('a scale is not a positive number', 'calibrate and quantise the model again');
  }
  const zeros = zeroPoint === undefined ? new Int32Array(scales.length) : Int32Array.from(numbersOf(zeroPoint));
  return { scale: scales, zeroPoint: zeros, ...format };
}

/** QuantizeLinear of the feature map: the layer's output, or the image, is quantised so. */
export function lowerQuantize(chain: Chain, step: Step): void {
  const quantization = activationQuantization(step, step.inputs[2]?.constant?.type ?? 'uint8');
  if (chain.pending !== undefined) {
    throw new Unsupported('a scaling before it cannot be merged into a layer', 'quantise right after the layer');
  }
  chain.quantized = quantization;
  if (chain.ending !== 'scores') return;
  const target = chain.last ?? chain;
  const before = 'drafts' in target ? target.inputQuantization : target.outputQuantization;
  if (before !== undefined && !same(before, quantization)) {
    throw new Unsupported('one tensor is quantised twice, differently', 'quantise once, after the Relu or Clip');
  }
  if ('drafts' in target) target.inputQuantization = quantization;
  else target.outputQuantization = quantization;
}

/** DequantizeLinear of the feature map must take back what QuantizeLinear did. */
export function lowerDequantize(chain: Chain, step: Step): void {
  const quantization = activationQuantization(step, step.inputs[0]!.type);
  if (chain.quantized === undefined && chain.drafts.length === 0) chain.inputQuantization = quantization;
  else if (chain.quantized === undefined || !same(chain.quantized, quantization)) {
    throw new Unsupported('it does not match the QuantizeLinear before it', 'use one scale and zero point for both');
  }
  chain.quantized = undefined;
}

function activationQuantization(step: Step, type: TensorType): AffineQuantization {
  const scale = step.inputs[1]?.constant;
  if (scale === undefined) throw new Unsupported('its scale is not constant', 'quantise statically');
  if (elementCount(scale.shape) !== 1 || intAttribute(step.context, 'block_size', 0) !== 0) {
    throw new Unsupported('a feature map with several scales', 'quantise feature maps per tensor');
  }
  return affineQuantization(type, scale, step.inputs[2]?.constant);
}

function same(a: AffineQuantization, b: AffineQuantization): boolean {
  return a.bits === b.bits && a.signed === b.signed && a.scale[0] === b.scale[0] && a.zeroPoint[0] === b.zeroPoint[0];
}
