import type { Tensor, TensorType } from '../../graph.js';
import { floatsOf, numbersOf, zeros } from '../../tensor.js';
import { intAttribute, nodeError, normaliseAxis, type Operator, type OperatorContext, required } from '../operator.js';
import { roundHalfToEven } from './elementwise.js';

const RANGES: Partial<Record<TensorType, readonly [low: number, high: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
};

/** The nearest value that an integer type holds. */
export function saturate(value: number, type: TensorType): number {
  const range = RANGES[type];
  return range === undefined ? value : Math.min(range[1], Math.max(range[0], value));
}

/** Scales and zero points: one, or one for each index along an axis. */
export function quantizationOf(
  scale: Tensor,
  zeroPoint: Tensor | undefined,
  context: OperatorContext,
): { scale: Float32Array; zeroPoint: ArrayLike<number> } {
  const scales = floatsOf(scale);
  const zeroPoints = zeroPoint === undefined ? new Float64Array(scales.length) : numbersOf(zeroPoint);
  if (scale.shape.length > 1 || zeroPoints.length !== scales.length) {
    throw nodeError(
      context,
      `scale [${scale.shape.join(', ')}] and zero point [${zeroPoint?.shape.join(', ') ?? ''}]`,
      'use one pair for a tensor or one for each channel',
    );
  }
  return { scale: scales, zeroPoint: zeroPoints };
}

/** x − zero point, zero points along dimension `axis` where there are several. */
export function subtractZeroPoint(x: Tensor, zeroPoint: Tensor | undefined, axis: number): Float32Array {
  const values = Float32Array.from(numbersOf(x));
  if (zeroPoint === undefined) return values;
  const zero = numbersOf(zeroPoint);
  const channel = channelOf(x.shape, axis);
  for (let i = 0; i < values.length; i++) values[i] = values[i]! - zero[zero.length === 1 ? 0 : channel(i)]!;
  return values;
}

function channelOf(shape: readonly number[], axis: number): (element: number) => number {
  const inner = shape.slice(axis + 1).reduce((a, b) => a * b, 1);
  const size = shape[axis] ?? 1;
  return (element) => Math.floor(element / inner) % size;
}

/** Which scale an element has. @throws ModelError when the number of scales is not that of the axis */
function scaleIndex(x: { shape: readonly number[] }, scales: number, context: OperatorContext): (i: number) => number {
  if (intAttribute(context, 'block_size', 0) !== 0) {
    throw nodeError(context, 'blocked quantisation', 'quantise per tensor or per channel');
  }
  if (scales === 1) return () => 0;
  const axis = normaliseAxis(intAttribute(context, 'axis', 1), x.shape.length, context);
  if (x.shape[axis] !== scales) {
    throw nodeError(context, `${scales} scales for ${x.shape[axis]} channels`, 'give one scale for each channel');
  }
  return channelOf(x.shape, axis);
}

/** QuantizeLinear: saturate(round(x / scale) + zero point), halves to even, the division in float32. */
const quantizeLinear: Operator = {
  infer: (inputs, context) => {
    const { shape } = required(inputs, 0, context);
    required(inputs, 1, context);
    const type = inputs[2]?.type ?? 'uint8';
    if (RANGES[type] === undefined) throw nodeError(context, `quantised type ${type}`, 'use int8 or uint8');
    return [{ type, shape }];
  },
  run: (inputs, outputs, context) => {
    const { type, shape } = outputs[0]!;
    const { scale, zeroPoint } = quantizationOf(inputs[1]!, inputs[2], context);
    const index = scaleIndex(inputs[0]!, scale.length, context);
    const x = floatsOf(inputs[0]!);
    const result = zeros(type, shape);
    for (let i = 0; i < x.length; i++) {
      const c = index(i);
      result.data[i] = saturate(roundHalfToEven(Math.fround(x[i]! / scale[c]!)) + zeroPoint[c]!, type);
    }
    return [result];
  },
};

/** DequantizeLinear: (x − zero point) · scale in float32. */
const dequantizeLinear: Operator = {
  infer: (inputs, context) => {
    const { shape } = required(inputs, 0, context);
    required(inputs, 1, context);
    return [{ type: 'float32', shape }];
  },
  run: (inputs, outputs, context) => {
    const { scale, zeroPoint } = quantizationOf(inputs[1]!, inputs[2], context);
    const index = scaleIndex(inputs[0]!, scale.length, context);
    const x = numbersOf(inputs[0]!);
    const result = zeros('float32', outputs[0]!.shape);
    for (let i = 0; i < x.length; i++) {
      const c = index(i);
      result.data[i] = Math.fround(x[i]! - zeroPoint[c]!) * scale[c]!;
    }
    return [result];
  },
};

/** DynamicQuantizeLinear: the range of x, widened to hold 0, over 255 steps. */
const dynamicQuantizeLinear: Operator = {
  infer: (inputs, context) => [
    { type: 'uint8', shape: required(inputs, 0, context).shape },
    { type: 'float32', shape: [] },
    { type: 'uint8', shape: [] },
  ],
  run: (inputs, outputs) => {
    const x = floatsOf(inputs[0]!);
    let low = 0;
    let high = 0;
    for (const value of x) {
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
    const scale = Math.fround(Math.fround(high - low) / 255);
    const quantise = (value: number, zero: number): number =>
      scale === 0 ? zero : saturate(roundHalfToEven(Math.fround(value / scale)) + zero, 'uint8');
    const zeroPoint = quantise(-low, 0);
    const result = zeros('uint8', outputs[0]!.shape);
    for (let i = 0; i < x.length; i++) result.data[i] = quantise(x[i]!, zeroPoint);
    return [
      result,
      { type: 'float32', shape: [], data: Float32Array.of(scale) },
      { type: 'uint8', shape: [], data: Uint8Array.of(zeroPoint) },
    ];
  },
};

export const QUANTIZATION: Readonly<Record<string, Operator>> = {
  QuantizeLinear: quantizeLinear,
  DequantizeLinear: dequantizeLinear,
  DynamicQuantizeLinear: dynamicQuantizeLinear,
};
