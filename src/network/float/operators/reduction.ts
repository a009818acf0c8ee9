import type { Tensor } from '../../graph.js';
import { elementCount, numbersOf, tensorOf } from '../../tensor.js';
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

/** Axes that a reduction runs over: an attribute, or an input from operator set `inputSince` on. Empty means all. */
function axesOf(inputs: Inputs<TensorInfo>, inputSince: number, context: OperatorContext): number[] {
  const rank = inputs[0]!.shape.length;
  const axes = context.opset >= inputSince ? constantInts(inputs, 1, context) : intsAttribute(context, 'axes');
  if (axes !== undefined && axes.length > 0) return axes.map((axis) => normaliseAxis(axis, rank, context));
  if (intAttribute(context, 'noop_with_empty_axes', 0) !== 0) return [];
  return Array.from({ length: rank }, (_, axis) => axis);
}

interface Accumulation {
  readonly start: number;
  readonly add: (sum: number, x: number) => number;
  readonly finish: (sum: number, count: number) => number;
}

function reduction({ start, add, finish }: Accumulation, inputSince: number): Operator {
  return {
    since: 1,
    infer: (inputs, context) => {
      const { type, shape } = required(inputs, 0, context);
      const axes = new Set(axesOf(inputs, inputSince, context));
      const kept = shape.map((size, d) => (axes.has(d) ? 1 : size));
      const keep = intAttribute(context, 'keepdims', 1) !== 0;
      return [{ type, shape: keep ? kept : shape.filter((_, d) => !axes.has(d)) }];
    },
    run: (inputs, outputs, context) => {
      const infos = inputs.map((input) => (input === undefined ? undefined : { ...input, constant: input }));
      const axes = new Set(axesOf(infos, inputSince, context));
      const { shape } = inputs[0]!;
      const from = numbersOf(inputs[0]!);
      const sums = new Float64Array(elementCount(outputs[0]!.shape)).fill(start);
      const counts = new Float64Array(sums.length);
      const target = targetIndex(shape, axes);
      for (let i = 0; i < from.length; i++) {
        sums[target[i]!] = add(sums[target[i]!]!, from[i]!);
        counts[target[i]!] = counts[target[i]!]! + 1;
      }
      return [
        tensorOf(
          outputs[0]!.type,
          outputs[0]!.shape,
          sums.map((sum, i) => finish(sum, counts[i]!)),
        ),
      ];
    },
  };
}

/** For each element, where it goes when the dimensions in `axes` collapse. */
function targetIndex(shape: readonly number[], axes: ReadonlySet<number>): Int32Array {
  const index = new Int32Array(elementCount(shape));
  let filled = 1;
  let stride = 1;
  for (let d = shape.length - 1; d >= 0; d--) {
    const step = axes.has(d) ? 0 : stride;
    for (let i = 1; i < shape[d]!; i++) {
      for (let j = 0; j < filled; j++) index[i * filled + j] = index[j]! + i * step;
    }
    filled *= shape[d]!;
    if (!axes.has(d)) stride *= shape[d]!;
  }
  return index;
}

/** Calls `visit` with the start and the stride of every line of a tensor along `axis`. */
function forEachLine(shape: readonly number[], axis: number, visit: (start: number, stride: number) => void): void {
  const stride = elementCount(shape.slice(axis + 1));
  const length = shape[axis]!;
  for (let outer = 0; outer < elementCount(shape.slice(0, axis)); outer++) {
    for (let inner = 0; inner < stride; inner++) visit(outer * length * stride + inner, stride);
  }
}

/** Softmax and LogSoftmax: along one axis since operator set 13, over all dimensions from `axis` (1) on before. */
function softmax(logarithmic: boolean): Operator {
  return {
    since: 1,
    infer: (inputs, context) => {
      const { type, shape } = required(inputs, 0, context);
      normaliseAxis(
        intAttribute(context, 'axis', context.opset < 13 ? 1 : -1),
        shape.length,
        context,
        context.opset < 13,
      );
      return [{ type, shape }];
    },
    run: (inputs, outputs, context) => {
      const { type, shape } = outputs[0]!;
      const early = context.opset < 13;
      const axis = normaliseAxis(intAttribute(context, 'axis', early ? 1 : -1), shape.length, context, early);
      const lines = early ? [elementCount(shape.slice(0, axis)), elementCount(shape.slice(axis))] : shape;
      const from = numbersOf(inputs[0]!);
      const to = new Float64Array(from.length);
      forEachLine(lines, early ? 1 : axis, (start, stride) => {
        const length = lines[early ? 1 : axis]!;
        // Shifting by the largest keeps exp from overflowing and does not change the quotient.
        let largest = -Infinity;
        for (let i = 0; i < length; i++) largest = Math.max(largest, from[start + i * stride]!);
        let sum = 0;
        for (let i = 0; i < length; i++) sum += Math.exp(from[start + i * stride]! - largest);
        for (let i = 0; i < length; i++) {
          const x = from[start + i * stride]! - largest;
          to[start + i * stride] = logarithmic ? x - Math.log(sum) : Math.exp(x) / sum;
        }
      });
      return [tensorOf(type, shape, to)];
    },
  };
}

const argMax: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const { shape } = required(inputs, 0, context);
    const axis = normaliseAxis(intAttribute(context, 'axis', 0), shape.length, context);
    if (shape[axis] === 0) throw nodeError(context, 'the largest of no elements', 'correct the axis');
    const keep = intAttribute(context, 'keepdims', 1) !== 0;
    return [
      { type: 'int64', shape: keep ? shape.map((s, d) => (d === axis ? 1 : s)) : shape.filter((_, d) => d !== axis) },
    ];
  },
  run: (inputs, outputs, context) => {
    const x: Tensor = inputs[0]!;
    const axis = normaliseAxis(intAttribute(context, 'axis', 0), x.shape.length, context);
    const last = intAttribute(context, 'select_last_index', 0) !== 0;
    const from = numbersOf(x);
    const places: number[] = [];
    forEachLine(x.shape, axis, (start, stride) => {
      let best = 0;
      for (let i = 1; i < x.shape[axis]!; i++) {
        const value = from[start + i * stride]!;
        const champion = from[start + best * stride]!;
        if (value > champion || (last && value === champion)) best = i;
      }
      places.push(best);
    });
    return [tensorOf('int64', outputs[0]!.shape, places)];
  },
};

const sum: Accumulation = { start: 0, add: (a, x) => a + x, finish: (a) => a };

export const REDUCTION: Readonly<Record<string, Operator>> = {
  ReduceMean: reduction({ ...sum, finish: (total, count) => total / count }, 18),
  ReduceSum: reduction(sum, 13),
  ReduceMax: reduction({ start: -Infinity, add: Math.max, finish: (a) => a }, 18),
  ReduceMin: reduction({ start: Infinity, add: Math.min, finish: (a) => a }, 18),
  Softmax: softmax(false),
  LogSoftmax: softmax(true),
  ArgMax: argMax,
};
