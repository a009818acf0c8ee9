import type { Tensor, TensorType } from '../../graph.js';
import { floatsOf, floatTensor, numbersOf, zeros } from '../../tensor.js';
import { convolve } from '../convolution.js';
import {
  intAttribute,
  intsAttribute,
  nodeError,
  type Inputs,
  type Operator,
  type OperatorContext,
  required,
  type TensorInfo,
} from '../operator.js';
import { planeWindow, type Window, windowOf } from '../window.js';
import { quantizationOf, saturate, subtractZeroPoint } from './quantization.js';
import { roundHalfToEven } from './elementwise.js';

interface Geometry {
  readonly window: Window;
  readonly groups: number;
  readonly shape: readonly number[];
}

/** Checks the shapes of a convolution and gives its window and output shape. */
function geometry(x: TensorInfo, w: TensorInfo, context: OperatorContext): Geometry {
  const groups = intAttribute(context, 'group', 1);
  const [images, channels] = x.shape;
  const [filters, perGroup] = w.shape;
  if (images === undefined || channels === undefined || x.shape.length < 3 || w.shape.length !== x.shape.length) {
    throw nodeError(
      context,
      `input [${x.shape.join(', ')}] and weights [${w.shape.join(', ')}]`,
      'both need batch or filters, channels and spatial dimensions',
    );
  }
  if (groups < 1 || filters! % groups !== 0 || perGroup! * groups !== channels) {
    throw nodeError(
      context,
      `${channels} channels and ${filters} filters of ${perGroup} channels in ${groups} groups`,
      'channels must be groups times the channels of a filter',
    );
  }
  const stated = intsAttribute(context, 'kernel_shape');
  const kernel = w.shape.slice(2);
  if (stated !== undefined && stated.length > 0 && stated.join() !== kernel.join()) {
    throw nodeError(
      context,
      `kernel_shape is [${stated.join(', ')}], the weights' is [${kernel.join(', ')}]`,
      'export again',
    );
  }
  const window = windowOf(context, x.shape.slice(2), kernel);
  return { window, groups, shape: [images, filters!, ...window.output] };
}

function inferAs(type: TensorType | undefined, weightsAt: number) {
  return (inputs: Inputs<TensorInfo>, context: OperatorContext): TensorInfo[] => {
    const x = required(inputs, 0, context);
    return [{ type: type ?? x.type, shape: geometry(x, required(inputs, weightsAt, context), context).shape }];
  };
}

function runConvolution(
  x: Tensor,
  input: Float32Array,
  w: Tensor,
  weights: Float32Array,
  to: Float32Array | Int32Array | Float64Array,
  context: OperatorContext,
): void {
  const { window, groups } = geometry(x, w, context);
  convolve(input, weights, to, {
    images: x.shape[0]!,
    channels: x.shape[1]!,
    filters: w.shape[0]!,
    groups,
    window: planeWindow(window, context),
  });
}

const conv: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const bias = inputs[2];
    const filters = required(inputs, 1, context).shape[0];
    if (bias !== undefined && (bias.shape.length !== 1 || bias.shape[0] !== filters)) {
      throw nodeError(
        context,
        `bias [${bias.shape.join(', ')}] for ${filters} filters`,
        'the bias is one number a filter',
      );
    }
    return inferAs(undefined, 1)(inputs, context);
  },
  run: (inputs, outputs, context) => {
    const [x, w, bias] = inputs;
    const shape = outputs[0]!.shape;
    const result = new Float32Array(shape.reduce((a, b) => a * b, 1));
    runConvolution(x!, floatsOf(x!), w!, floatsOf(w!), result, context);
    if (bias !== undefined) addPerChannel(result, floatsOf(bias), shape);
    return [floatTensor(shape, result)];
  },
};

function addPerChannel(result: Float32Array | Float64Array, bias: ArrayLike<number>, shape: readonly number[]): void {
  const inner = shape.slice(2).reduce((a, b) => a * b, 1);
  for (let start = 0, block = 0; start < result.length; start += inner, block++) {
    const b = bias[block % bias.length]!;
    for (let i = start; i < start + inner; i++) result[i] = result[i]! + b;
  }
}

const convInteger: Operator = {
  infer: inferAs('int32', 1),
  run: (inputs, outputs, context) => {
    const [x, w, xZero, wZero] = inputs;
    const result = zeros('int32', outputs[0]!.shape);
    const sums = new Float64Array(result.data.length);
    // Padding is zero after the zero point is taken off: what the operator asks for.
    runConvolution(x!, subtractZeroPoint(x!, xZero, 0), w!, subtractZeroPoint(w!, wZero, 0), sums, context);
    (result.data as Int32Array).set(sums);
    return [result];
  },
};

const qLinearConv: Operator = {
  infer: (inputs, context) => {
    const zero = required(inputs, 7, context);
    return [{ ...inferAs(undefined, 3)(inputs, context)[0]!, type: zero.type }];
  },
  run: (inputs, outputs, context) => {
    const [x, xScale, xZero, w, wScale, wZero, yScale, yZero, bias] = inputs;
    const { type, shape } = outputs[0]!;
    const sums = new Float64Array(shape.reduce((a, b) => a * b, 1));
    runConvolution(x!, subtractZeroPoint(x!, xZero, 0), w!, subtractZeroPoint(w!, wZero, 0), sums, context);
    if (bias !== undefined) addPerChannel(sums, numbersOf(bias), shape);
    const { scale, zeroPoint } = quantizationOf(yScale!, yZero, context);
    const inputScale = floatsOf(xScale!)[0]!;
    const weightScale = floatsOf(wScale!);
    const inner = shape.slice(2).reduce((a, b) => a * b, 1);
    const result = zeros(type, shape);
    for (let i = 0; i < sums.length; i++) {
      const filter = Math.floor(i / inner) % shape[1]!;
      const multiplier = Math.fround(Math.fround(inputScale * weightScale[filter % weightScale.length]!) / scale[0]!);
      const real = Math.fround(Math.fround(sums[i]!) * multiplier);
      result.data[i] = saturate(roundHalfToEven(real) + zeroPoint[0]!, type);
    }
    return [result];
  },
};

export const CONVOLUTION: Readonly<Record<string, Operator>> = {
  Conv: conv,
  ConvInteger: convInteger,
  QLinearConv: qLinearConv,
};
