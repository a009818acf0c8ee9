import type { Tensor } from '../../graph.js';
import { elementCount, numbersOf, tensorOf, zeros } from '../../tensor.js';
import {
  floatAttribute,
  intAttribute,
  intsAttribute,
  nodeError,
  type Operator,
  type OperatorContext,
  required,
  type TensorInfo,
} from '../operator.js';
import { planeWindow, type Window, windowOf } from '../window.js';

function poolWindow(x: TensorInfo, context: OperatorContext): Window {
  const kernel = intsAttribute(context, 'kernel_shape');
  if (kernel === undefined || x.shape.length < 3) {
    throw nodeError(context, 'no kernel_shape, or an input without spatial dimensions', 'export the model again');
  }
  return windowOf(context, x.shape.slice(2), kernel);
}

function inferPool(x: TensorInfo, context: OperatorContext): TensorInfo {
  return { type: x.type, shape: [...x.shape.slice(0, 2), ...poolWindow(x, context).output] };
}

/** Calls `visit` for every window of a plane with its output index and, for each cell inside the input, its index. */
function forEachWindow(window: Window, begin: () => void, cell: (at: number) => void, end: (to: number) => void): void {
  const [height, width] = [window.input[0]!, window.input[1]!];
  let to = 0;
  for (let row = 0; row < window.output[0]!; row++) {
    for (let column = 0; column < window.output[1]!; column++) {
      begin();
      for (let i = 0; i < window.kernel[0]!; i++) {
        const y = row * window.stride[0]! + i * window.dilation[0]! - window.before[0]!;
        if (y < 0 || y >= height) continue;
        for (let j = 0; j < window.kernel[1]!; j++) {
          const x = column * window.stride[1]! + j * window.dilation[1]! - window.before[1]!;
          if (x >= 0 && x < width) cell(y * width + x);
        }
      }
      end(to++);
    }
  }
}

const maxPool: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const pooled = inferPool(required(inputs, 0, context), context);
    return [pooled, { type: 'int64', shape: pooled.shape }];
  },
  run: (inputs, outputs, context) => {
    const x = inputs[0]!;
    const window = planeWindow(poolWindow(x, context), context);
    const from = numbersOf(x);
    const { type, shape } = outputs[0]!;
    const result = zeros(type, shape);
    const places = context.node.outputs.length > 1 ? new Float64Array(result.data.length) : undefined;
    const plane = window.input[0]! * window.input[1]!;
    const cells = window.output[0]! * window.output[1]!;
    const width = window.input[1]!;
    const columnMajor = intAttribute(context, 'storage_order', 0) !== 0;
    for (let p = 0; p < elementCount(shape) / Math.max(1, cells); p++) {
      let best = -Infinity;
      let place = 0;
      forEachWindow(
        window,
        () => {
          best = -Infinity;
          place = 0;
        },
        (at) => {
          const value = from[p * plane + at]!;
          if (value > best) {
            best = value;
            place = at;
          }
        },
        (to) => {
          result.data[p * cells + to] = best;
          if (places === undefined) return;
          const inPlane = columnMajor ? (place % width) * window.input[0]! + Math.floor(place / width) : place;
          places[p * cells + to] = p * plane + inPlane;
        },
      );
    }
    return places === undefined ? [result] : [result, tensorOf('int64', shape, places)];
  },
};

const averagePool: Operator = {
  since: 1,
  infer: (inputs, context) => [inferPool(required(inputs, 0, context), context)],
  run: (inputs, outputs, context) => {
    const x = inputs[0]!;
    const window = planeWindow(poolWindow(x, context), context);
    const from = numbersOf(x);
    const shape = outputs[0]!.shape;
    const result = new Float64Array(elementCount(shape));
    const plane = window.input[0]! * window.input[1]!;
    const cells = window.output[0]! * window.output[1]!;
    const padded = intAttribute(context, 'count_include_pad', 0) !== 0 ? paddedCells(window) : undefined;
    for (let p = 0; p < result.length / Math.max(1, cells); p++) {
      let sum = 0;
      let count = 0;
      forEachWindow(
        window,
        () => {
          sum = 0;
          count = 0;
        },
        (at) => {
          sum += from[p * plane + at]!;
          count++;
        },
        (to) => (result[p * cells + to] = sum / (padded === undefined ? count : padded[to]!)),
      );
    }
    return [tensorOf(outputs[0]!.type, shape, result)];
  },
};

/** Cells of each window that lie inside the padded input: with ceil_mode a window may reach beyond the padding. */
function paddedCells(window: Window): number[] {
  const along = (d: number): number[] =>
    Array.from({ length: window.output[d]! }, (_, at) => {
      let count = 0;
      for (let k = 0; k < window.kernel[d]!; k++) {
        const cell = at * window.stride[d]! + k * window.dilation[d]!;
        if (cell < window.before[d]! + window.input[d]! + window.after[d]!) count++;
      }
      return count;
    });
  const across = along(1);
  return along(0).flatMap((down) => across.map((count) => down * count));
}

function globalPool(reduce: (values: ArrayLike<number>, start: number, end: number) => number): Operator {
  return {
    since: 1,
    infer: (inputs, context) => {
      const { type, shape } = required(inputs, 0, context);
      if (shape.length < 3) throw nodeError(context, 'an input without spatial dimensions', 'export the model again');
      return [{ type, shape: [...shape.slice(0, 2), ...shape.slice(2).map(() => 1)] }];
    },
    run: (inputs, outputs) => {
      const x = inputs[0]!;
      const from = numbersOf(x);
      const inner = elementCount(x.shape.slice(2));
      const { type, shape } = outputs[0]!;
      const values = Array.from({ length: elementCount(shape) }, (_, p) => reduce(from, p * inner, (p + 1) * inner));
      return [tensorOf(type, shape, values)];
    },
  };
}

function mean(values: ArrayLike<number>, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i]!;
  return sum / (end - start);
}

function maximum(values: ArrayLike<number>, start: number, end: number): number {
  let best = -Infinity;
  for (let i = start; i < end; i++) best = Math.max(best, values[i]!);
  return best;
}

/** LRN: x / (bias + alpha / size · Σ x²)^beta, the sum over `size` neighbouring channels. */
const lrn: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const { type, shape } = required(inputs, 0, context);
    return [{ type, shape }];
  },
  run: (inputs, _outputs, context) => [normaliseAcrossChannels(inputs[0]!, context)],
};

function normaliseAcrossChannels(x: Tensor, context: OperatorContext): Tensor {
  const size = intAttribute(context, 'size', 1);
  const alpha = floatAttribute(context, 'alpha', 1e-4);
  const beta = floatAttribute(context, 'beta', 0.75);
  const bias = floatAttribute(context, 'bias', 1);
  const from = numbersOf(x);
  const channels = x.shape[1]!;
  const inner = elementCount(x.shape.slice(2));
  return tensorOf(
    x.type,
    x.shape,
    Float64Array.from(from, (value, i) => {
      const channel = Math.floor(i / inner) % channels;
      const first = Math.max(0, channel - Math.floor((size - 1) / 2));
      const last = Math.min(channels - 1, channel + Math.ceil((size - 1) / 2));
      let squares = 0;
      for (let c = first; c <= last; c++) squares += from[i + (c - channel) * inner]! ** 2;
      return value / (bias + (alpha / size) * squares) ** beta;
    }),
  );
}

export const POOLING: Readonly<Record<string, Operator>> = {
  MaxPool: maxPool,
  AveragePool: averagePool,
  GlobalAveragePool: globalPool(mean),
  GlobalMaxPool: globalPool(maximum),
  LRN: lrn,
};
