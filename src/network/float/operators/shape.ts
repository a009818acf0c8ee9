import { tensorTypeOfCode } from '../../onnx/tensor-proto.js';
import { elementCount, numbersOf, reshaped, tensorOf } from '../../tensor.js';
import {
  constantInts,
  intAttribute,
  intsAttribute,
  nodeError,
  normaliseAxis,
  type Inputs,
  type Operator,
  type OperatorContext,
  required,
  type TensorInfo,
} from '../operator.js';

/** An operator that gives its first input's elements, in their order, another shape. */
function view(
  shapeOf: (x: TensorInfo, inputs: Inputs<TensorInfo>, context: OperatorContext) => number[],
  since: number,
): Operator {
  return {
    since,
    infer: (inputs, context) => {
      const x = required(inputs, 0, context);
      const shape = shapeOf(x, inputs, context);
      return [{ type: x.type, shape }];
    },
    run: (inputs, outputs) => [reshaped(inputs[0]!, outputs[0]!.shape)],
  };
}

function flattenShape(x: TensorInfo, _inputs: Inputs<TensorInfo>, context: OperatorContext): number[] {
  const axis = normaliseAxis(intAttribute(context, 'axis', 1), x.shape.length, context, true);
  return [elementCount(x.shape.slice(0, axis)), elementCount(x.shape.slice(axis))];
}

/** 0 copies the input's dimension (unless allowzero), −1 takes what is left. */
function reshapeShape(x: TensorInfo, inputs: Inputs<TensorInfo>, context: OperatorContext): number[] {
  required(inputs, 1, context);
  const asked = constantInts(inputs, 1, context)!;
  const copyZeros = intAttribute(context, 'allowzero', 0) === 0;
  const shape = asked.map((size, d) => (size === 0 && copyZeros ? (x.shape[d] ?? 0) : size));
  const free = shape.indexOf(-1);
  const count = elementCount(x.shape);
  if (free >= 0) {
    const rest = elementCount(shape.filter((_, d) => d !== free));
    shape[free] = rest === 0 ? 0 : count / rest;
  }
  if (shape.some((size) => size < 0 || !Number.isInteger(size)) || elementCount(shape) !== count) {
    throw nodeError(
      context,
      `[${x.shape.join(', ')}] cannot be reshaped to [${asked.join(', ')}]`,
      'both must have as many elements; export the model with a dynamic batch',
    );
  }
  return shape;
}

/** Axes of Squeeze and Unsqueeze: an attribute before operator set 13, an input since. */
function axesList(inputs: Inputs<TensorInfo>, context: OperatorContext): readonly number[] | undefined {
  return context.opset < 13 ? intsAttribute(context, 'axes') : constantInts(inputs, 1, context);
}

function squeezeShape(x: TensorInfo, inputs: Inputs<TensorInfo>, context: OperatorContext): number[] {
  const axes = axesList(inputs, context)?.map((axis) => normaliseAxis(axis, x.shape.length, context));
  if (axes === undefined) return x.shape.filter((size) => size !== 1);
  const wide = axes.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) {
    throw nodeError(context, `dimension ${wide} of [${x.shape.join(', ')}] is not 1`, 'only dimensions of 1 can go');
  }
  return x.shape.filter((_, d) => !axes.includes(d));
}

function unsqueezeShape(x: TensorInfo, inputs: Inputs<TensorInfo>, context: OperatorContext): number[] {
  const axes = axesList(inputs, context);
  if (axes === undefined) throw nodeError(context, 'no axes', 'export the model again');
  const rank = x.shape.length + axes.length;
  const places = new Set(axes.map((axis) => normaliseAxis(axis, rank, context)));
  if (places.size !== axes.length) throw nodeError(context, `axes [${axes.join(', ')}] repeat`, 'name each axis once');
  const rest = [...x.shape];
  return Array.from({ length: rank }, (_, d) => (places.has(d) ? 1 : rest.shift()!));
}

/** Shape: the sizes of dimensions `start` to `end` (all before operator set 15). Known before the network runs. */
const shape: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const x = required(inputs, 0, context);
    const sizes = x.shape.slice(intAttribute(context, 'start', 0), intAttribute(context, 'end', x.shape.length));
    return [{ type: 'int64', shape: [sizes.length], constant: tensorOf('int64', [sizes.length], sizes) }];
  },
  run: (_inputs, outputs) => [outputs[0]!.constant!],
};

const cast: Operator = {
  since: 6,
  infer: (inputs, context) => {
    const { shape: sizes } = required(inputs, 0, context);
    const code = intAttribute(context, 'to', 0);
    const type = tensorTypeOfCode(code);
    if (type === undefined)
      throw nodeError(context, `to element type ${code}`, 'cast to a numeric type of 8 bits or more');
    return [{ type, shape: sizes }];
  },
  run: (inputs, outputs) => {
    const { type, shape: sizes } = outputs[0]!;
    const x = inputs[0]!;
    if (x.type === type) return [x];
    const from = numbersOf(x);
    if (type === 'bool')
      return [
        tensorOf(
          type,
          sizes,
          Array.from(from, (value) => (value === 0 ? 0 : 1)),
        ),
      ];
    const whole = type !== 'float32' && type !== 'float64';
    return [
      tensorOf(
        type,
        sizes,
        whole ? Array.from(from, (value) => (Number.isFinite(value) ? Math.trunc(value) : 0)) : from,
      ),
    ];
  },
};

export const SHAPE: Readonly<Record<string, Operator>> = {
  Flatten: view(flattenShape, 1),
  Reshape: view(reshapeShape, 5),
  Squeeze: view(squeezeShape, 1),
  Unsqueeze: view(unsqueezeShape, 1),
  Shape: shape,
  Cast: cast,
};
