import type { Tensor } from '../../graph.js';
import { floatsOf, numbersOf, tensorOf, zeros } from '../../tensor.js';
import {
  broadcastIndex,
  broadcastShape,
  floatAttribute,
  nodeError,
  type Inputs,
  type Operator,
  type OperatorContext,
  required,
  type TensorInfo,
} from '../operator.js';

type Unary = (x: number) => number;

/** An operator that treats every element alike. `make` reads the attributes once. */
function unary(make: (context: OperatorContext) => Unary, since = 7): Operator {
  return {
    since,
    infer: (inputs, context) => {
      const { type, shape } = required(inputs, 0, context);
      return [{ type, shape }];
    },
    run: (inputs, outputs, context) => {
      const apply = make(context);
      const from = numbersOf(inputs[0]!);
      const result = zeros(outputs[0]!.type, outputs[0]!.shape);
      if (result.data instanceof BigInt64Array || result.data instanceof BigUint64Array) {
        return [tensorOf(result.type, result.shape, Array.from(from, apply))];
      }
      for (let i = 0; i < from.length; i++) result.data[i] = apply(from[i]!);
      return [result];
    },
  };
}

/** Nearest integer, halves to the even one: the rounding of ONNX and of IEEE 754. */
export function roundHalfToEven(x: number): number {
  const below = Math.floor(x);
  const rest = x - below;
  if (rest < 0.5) return below;
  if (rest > 0.5) return below + 1;
  return below % 2 === 0 ? below : below + 1;
}

/** An operator of several broadcast inputs, folded from the left with `apply`. */
function variadic(apply: (a: number, b: number, type: Tensor['type']) => number, since: number): Operator {
  return {
    since,
    infer: (inputs, context) => {
      const { type } = required(inputs, 0, context);
      const present = inputs.filter((input): input is TensorInfo => input !== undefined);
      const odd = present.find((input) => input.type !== type);
      if (odd !== undefined) {
        throw nodeError(context, `inputs of types ${type} and ${odd.type}`, 'cast them to one type');
      }
      return [
        {
          type,
          shape: broadcastShape(
            present.map(({ shape }) => shape),
            context,
          ),
        },
      ];
    },
    run: (inputs, outputs) => {
      const { type, shape } = outputs[0]!;
      const present = inputs.filter((input): input is Tensor => input !== undefined);
      let result = present[0]!;
      if (present.length === 1) return [{ ...result, shape }];
      for (const next of present.slice(1)) result = combine(result, next, shape, (a, b) => apply(a, b, type));
      return [result];
    },
  };
}

function combine(a: Tensor, b: Tensor, shape: readonly number[], apply: (a: number, b: number) => number): Tensor {
  const left = numbersOf(a);
  const right = numbersOf(b);
  const result = zeros(a.type, shape);
  const count = result.data.length;
  const values =
    result.data instanceof BigInt64Array || result.data instanceof BigUint64Array
      ? new Float64Array(count)
      : result.data;
  if (left.length === count && right.length === count) {
    for (let i = 0; i < count; i++) values[i] = apply(left[i]!, right[i]!);
  } else {
    const leftIndex = broadcastIndex(a.shape, shape);
    const rightIndex = broadcastIndex(b.shape, shape);
    for (let i = 0; i < count; i++) values[i] = apply(left[leftIndex[i]!]!, right[rightIndex[i]!]!);
  }
  return values === result.data ? result : tensorOf(a.type, shape, values);
}

const isFloat = (type: Tensor['type']): boolean => type === 'float32' || type === 'float64';

function divide(a: number, b: number, type: Tensor['type']): number {
  return isFloat(type) ? a / b : Math.trunc(a / b);
}

function multiply(a: number, b: number, type: Tensor['type']): number {
  return type === 'int32' || type === 'uint32' ? Math.imul(a, b) : a * b;
}

const clip: Operator = {
  since: 6,
  infer: (inputs, context) => {
    const { type, shape } = required(inputs, 0, context);
    return [{ type, shape }];
  },
  run: (inputs, outputs, context) => {
    const { low, high } = clipBounds(inputs, context);
    const from = numbersOf(inputs[0]!);
    return [
      tensorOf(
        outputs[0]!.type,
        outputs[0]!.shape,
        from.map((x) => Math.min(high, Math.max(low, x))),
      ),
    ];
  },
};

/** Bounds of a `Clip`: attributes before operator set 11, inputs since. Infinite where absent. */
export function clipBounds(inputs: Inputs<Tensor>, context: OperatorContext): { low: number; high: number } {
  if (context.opset < 11) {
    return { low: floatAttribute(context, 'min', -Infinity), high: floatAttribute(context, 'max', Infinity) };
  }
  const bound = (index: number, otherwise: number): number => {
    const input = inputs[index];
    return input === undefined || input.data.length === 0 ? otherwise : Number(input.data[0]);
  };
  return { low: bound(1, -Infinity), high: bound(2, Infinity) };
}

const prelu: Operator = {
  infer: (inputs, context) => {
    const { type, shape } = required(inputs, 0, context);
    broadcastShape([shape, required(inputs, 1, context).shape], context);
    return [{ type, shape }];
  },
  run: (inputs, outputs) => [combine(inputs[0]!, inputs[1]!, outputs[0]!.shape, (x, slope) => (x < 0 ? slope * x : x))],
};

const same: Operator = unary(() => (x) => x, 1);

const dropout: Operator = {
  infer: (inputs, context) => {
    const { type, shape } = required(inputs, 0, context);
    return [
      { type, shape },
      { type: 'bool', shape },
    ];
  },
  run: (inputs, outputs, context) => {
    const training = inputs[2];
    if (training !== undefined && Number(training.data[0]) !== 0) {
      throw nodeError(context, 'training mode', 'export the model for inference');
    }
    const mask = zeros('bool', outputs[1]!.shape);
    mask.data.fill(1 as never);
    return [inputs[0]!, mask];
  },
};

export const ELEMENTWISE: Readonly<Record<string, Operator>> = {
  Identity: { ...same, run: (inputs) => [inputs[0]!] },
  Dropout: dropout,
  Clip: clip,
  PRelu: prelu,
  Relu: unary(() => (x) => (x < 0 ? 0 : x), 6),
  Sigmoid: unary(() => sigmoid, 6),
  Tanh: unary(() => Math.tanh, 6),
  Exp: unary(() => Math.exp, 6),
  Log: unary(() => Math.log, 6),
  Sqrt: unary(() => Math.sqrt, 6),
  Neg: unary(() => (x) => -x, 6),
  Abs: unary(() => Math.abs, 6),
  Floor: unary(() => Math.floor, 6),
  Ceil: unary(() => Math.ceil, 6),
  Sign: unary(() => Math.sign),
  Round: unary(() => roundHalfToEven),
  LeakyRelu: unary((context) => {
    const alpha = floatAttribute(context, 'alpha', 0.01);
    return (x) => (x < 0 ? alpha * x : x);
  }, 6),
  Elu: unary((context) => {
    const alpha = floatAttribute(context, 'alpha', 1);
    return (x) => (x < 0 ? alpha * Math.expm1(x) : x);
  }, 6),
  HardSigmoid: unary((context) => {
    const alpha = floatAttribute(context, 'alpha', 0.2);
    const beta = floatAttribute(context, 'beta', 0.5);
    return (x) => Math.max(0, Math.min(1, alpha * x + beta));
  }, 6),
  HardSwish: unary(() => (x) => x * Math.max(0, Math.min(1, x / 6 + 0.5))),
  Add: variadic((a, b) => a + b, 7),
  Sub: variadic((a, b) => a - b, 7),
  Mul: variadic(multiply, 7),
  Div: variadic(divide, 7),
  Sum: variadic((a, b) => a + b, 6),
  Max: variadic((a, b) => Math.max(a, b), 6),
  Min: variadic((a, b) => Math.min(a, b), 6),
  Pow: {
    infer: (inputs, context) => {
      const { type, shape } = required(inputs, 0, context);
      return [{ type, shape: broadcastShape([shape, required(inputs, 1, context).shape], context) }];
    },
    run: (inputs, outputs) => [combine(inputs[0]!, inputs[1]!, outputs[0]!.shape, (a, b) => a ** b)],
  },
  BatchNormalization: {
    infer: (inputs, context) => {
      const { type, shape } = required(inputs, 0, context);
      const channels = shape[1] ?? 1;
      for (let i = 1; i <= 4; i++) {
        const parameter = required(inputs, i, context);
        if (parameter.shape.length !== 1 || parameter.shape[0] !== channels) {
          throw nodeError(context, `input ${i + 1} is not one number a channel`, 'export the model again');
        }
      }
      if (context.node.attributes.get('training_mode')?.value === 1) {
        throw nodeError(context, 'training mode', 'export the model for inference');
      }
      return [{ type, shape }];
    },
    run: (inputs, outputs, context) => {
      const { scale, shift } = batchNormalization(inputs, context);
      const { type, shape } = outputs[0]!;
      const from = numbersOf(inputs[0]!);
      const channels = scale.length;
      const inner = shape.slice(2).reduce((a, b) => a * b, 1);
      return [
        tensorOf(
          type,
          shape,
          from.map((x, i) => {
            const channel = Math.floor(i / inner) % channels;
            return x * scale[channel]! + shift[channel]!;
          }),
        ),
      ];
    },
  },
};

function sigmoid(x: number): number {
  // exp of a large positive number overflows: take the side on which it does not.
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const e = Math.exp(x);
  return e / (1 + e);
}

/** y = scale · x + shift for each channel: scale = γ / √(variance + ε), shift = β − mean · scale, in double precision. */
export function batchNormalization(
  inputs: Inputs<Tensor>,
  context: OperatorContext,
): { scale: Float64Array; shift: Float64Array } {
  const [gamma, beta, mean, variance] = [1, 2, 3, 4].map((i) => floatsOf(required(inputs, i, context)));
  const epsilon = floatAttribute(context, 'epsilon', 1e-5);
  const scale = Float64Array.from(gamma!, (g, c) => g / Math.sqrt(variance![c]! + epsilon));
  const shift = Float64Array.from(beta!, (b, c) => b - mean![c]! * scale[c]!);
  return { scale, shift };
}
