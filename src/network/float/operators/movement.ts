import { elementCount, gather, numbersOf, stridesOf } from '../../tensor.js';
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
  stringAttribute,
  type TensorInfo,
} from '../operator.js';

/** For each dimension of the result, which index of the source's dimension each position takes; −1 takes the fill. */
type Picks = readonly (readonly number[])[];

/** Source element of every result element, when each dimension picks on its own. */
function pickIndex(shape: readonly number[], picks: Picks): Int32Array {
  const strides = stridesOf(shape);
  let index = Int32Array.of(0);
  for (const [d, pick] of picks.entries()) {
    const next = new Int32Array(index.length * pick.length);
    for (let i = 0; i < index.length; i++) {
      for (let j = 0; j < pick.length; j++) {
        const outside = index[i]! < 0 || pick[j]! < 0;
        next[i * pick.length + j] = outside ? -1 : index[i]! + pick[j]! * strides[d]!;
      }
    }
    index = next;
  }
  return index;
}

const range = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => from + i);

/** Inputs at run time are all known. */
function known(inputs: Parameters<Operator['run']>[0]): Inputs<TensorInfo> {
  return inputs.map((input) => (input === undefined ? undefined : { ...input, constant: input }));
}

function permutation(x: TensorInfo, context: OperatorContext): readonly number[] {
  const order = intsAttribute(context, 'perm') ?? range(x.shape.length).reverse();
  if ([...order].sort((a, b) => a - b).join() !== range(x.shape.length).join()) {
    throw nodeError(context, `perm [${order.join(', ')}] of ${x.shape.length} dimensions`, 'name each dimension once');
  }
  return order;
}

/** Source element of every element of a transposed tensor. */
export function transposeIndex(shape: readonly number[], order: readonly number[]): Int32Array {
  const strides = stridesOf(shape);
  let index = Int32Array.of(0);
  for (const d of order) {
    const next = new Int32Array(index.length * shape[d]!);
    for (let i = 0; i < index.length; i++) {
      for (let j = 0; j < shape[d]!; j++) next[i * shape[d]! + j] = index[i]! + j * strides[d]!;
    }
    index = next;
  }
  return index;
}

const transpose: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const x = required(inputs, 0, context);
    return [{ type: x.type, shape: permutation(x, context).map((d) => x.shape[d]!) }];
  },
  run: (inputs, outputs, context) => {
    const x = inputs[0]!;
    return [gather(x, outputs[0]!.shape, transposeIndex(x.shape, permutation(x, context)))];
  },
};

/** Cells added (or cut, where negative) before and after each dimension. Attributes before operator set 11. */
export function padsOf(inputs: Inputs<TensorInfo>, context: OperatorContext): { before: number[]; after: number[] } {
  const rank = required(inputs, 0, context).shape.length;
  const pads = context.opset < 11 ? intsAttribute(context, 'pads') : constantInts(inputs, 1, context);
  const axes = context.opset < 18 ? undefined : constantInts(inputs, 3, context);
  const places = (axes ?? range(rank)).map((axis) => normaliseAxis(axis, rank, context));
  if (
    pads?.length !== 2 * places.length ||
    pads.some((cells) => !Number.isInteger(cells) || Math.abs(cells) > 65_536)
  ) {
    throw nodeError(
      context,
      `pads [${pads?.join(', ') ?? ''}] for ${places.length} dimensions`,
      'export the model again',
    );
  }
  const before = new Array<number>(rank).fill(0);
  const after = new Array<number>(rank).fill(0);
  for (const [i, d] of places.entries()) {
    before[d] = pads[i]!;
    after[d] = pads[i + places.length]!;
  }
  return { before, after };
}

/** The value that a constant `Pad` fills with. */
export function padFill(inputs: Inputs<TensorInfo>, context: OperatorContext): number {
  if (context.opset < 11) {
    const value = context.node.attributes.get('value');
    return value?.kind === 'float' ? value.value : 0;
  }
  const constant = inputs[2]?.constant;
  return constant === undefined || constant.data.length === 0 ? 0 : Number(constant.data[0]);
}

const pad: Operator = {
  since: 2,
  infer: (inputs, context) => {
    const x = required(inputs, 0, context);
    const { before, after } = padsOf(inputs, context);
    const shape = x.shape.map((size, d) => size + before[d]! + after[d]!);
    if (shape.some((size) => size < 0)) throw nodeError(context, 'more is cut than there is', 'correct the pads');
    return [{ type: x.type, shape }];
  },
  run: (inputs, outputs, context) => {
    const x = inputs[0]!;
    const infos = known(inputs);
    const { before } = padsOf(infos, context);
    const mode = stringAttribute(context, 'mode', 'constant');
    const picks = outputs[0]!.shape.map((size, d) =>
      range(size, -before[d]!).map((at) => padPick(at, x.shape[d]!, mode, context)),
    );
    return [gather(x, outputs[0]!.shape, pickIndex(x.shape, picks), padFill(infos, context))];
  },
};

function padPick(at: number, size: number, mode: string, context: OperatorContext): number {
  if (at >= 0 && at < size) return at;
  switch (mode) {
    case 'constant':
      return -1;
    case 'edge':
      return Math.min(size - 1, Math.max(0, at));
    case 'reflect': {
      if (size < 2) return 0;
      const period = 2 * (size - 1);
      const phase = ((at % period) + period) % period;
      return phase < size ? phase : period - phase;
    }
    case 'wrap':
      return ((at % size) + size) % size;
    default:
      throw nodeError(context, `mode '${mode}'`, 'use constant, edge or reflect');
  }
}

const concat: Operator = {
  since: 4,
  infer: (inputs, context) => {
    const parts = inputs.map((_, i) => required(inputs, i, context));
    const first = required(inputs, 0, context);
    const axis = normaliseAxis(intAttribute(context, 'axis', 1), first.shape.length, context);
    const rest = (shape: readonly number[]): string => shape.filter((_, d) => d !== axis).join();
    const odd = parts.find(({ shape }) => shape.length !== first.shape.length || rest(shape) !== rest(first.shape));
    if (odd !== undefined) {
      throw nodeError(
        context,
        `[${first.shape.join(', ')}] with [${odd.shape.join(', ')}]`,
        'other dimensions must agree',
      );
    }
    const size = parts.reduce((sum, part) => sum + part.shape[axis]!, 0);
    return [{ type: first.type, shape: first.shape.map((s, d) => (d === axis ? size : s)) }];
  },
  run: (inputs, outputs, context) => {
    const { shape } = outputs[0]!;
    const axis = normaliseAxis(intAttribute(context, 'axis', 1), shape.length, context);
    const result = gather(inputs[0]!, shape, new Int32Array(elementCount(shape)).fill(-1));
    const inner = elementCount(shape.slice(axis + 1));
    let start = 0;
    for (const input of inputs) {
      const length = input!.shape[axis]! * inner;
      for (let outer = 0; outer < elementCount(shape.slice(0, axis)); outer++) {
        const piece = input!.data.subarray(outer * length, (outer + 1) * length);
        // Types were found equal, but the union of array types does not know it.
        (result.data as { set(piece: unknown, at: number): void }).set(piece, outer * shape[axis]! * inner + start);
      }
      start += length;
    }
    return [result];
  },
};

/** For each dimension the indices that a `Slice` keeps. */
function slicePicks(inputs: Inputs<TensorInfo>, context: OperatorContext): number[][] {
  const { shape } = required(inputs, 0, context);
  const early = context.opset < 10;
  const list = (index: number, name: string): readonly number[] | undefined =>
    early ? intsAttribute(context, name) : constantInts(inputs, index, context);
  const starts = list(1, 'starts') ?? [];
  const ends = list(2, 'ends') ?? [];
  const axes = list(3, 'axes') ?? range(starts.length);
  const steps = (early ? undefined : constantInts(inputs, 4, context)) ?? starts.map(() => 1);
  if (starts.length !== ends.length || starts.length !== axes.length || starts.length !== steps.length) {
    throw nodeError(context, 'starts, ends, axes and steps differ in length', 'export the model again');
  }
  const picks = shape.map((size) => range(size));
  for (const [i, named] of axes.entries()) {
    const d = normaliseAxis(named, shape.length, context);
    const step = steps[i]!;
    if (step === 0) throw nodeError(context, 'a step of 0', 'use a step of 1 or more');
    const size = shape[d]!;
    const clamp = (at: number, low: number, high: number): number =>
      Math.min(high, Math.max(low, at < 0 ? at + size : at));
    const start = step > 0 ? clamp(starts[i]!, 0, size) : clamp(starts[i]!, 0, size - 1);
    const end = step > 0 ? clamp(ends[i]!, 0, size) : clamp(ends[i]!, -1, size - 1);
    picks[d] = range(Math.max(0, Math.ceil((end - start) / step))).map((k) => start + k * step);
  }
  return picks;
}

const slice: Operator = {
  since: 1,
  infer: (inputs, context) => [
    { type: required(inputs, 0, context).type, shape: slicePicks(inputs, context).map((pick) => pick.length) },
  ],
  run: (inputs, outputs, context) => {
    const x = inputs[0]!;
    return [gather(x, outputs[0]!.shape, pickIndex(x.shape, slicePicks(known(inputs), context)))];
  },
};

function splitSizes(inputs: Inputs<TensorInfo>, axis: number, context: OperatorContext): readonly number[] {
  const size = required(inputs, 0, context).shape[axis]!;
  const sizes = context.opset < 13 ? intsAttribute(context, 'split') : constantInts(inputs, 1, context);
  if (sizes === undefined) {
    const count = context.node.outputs.length;
    const each = Math.ceil(size / count);
    return range(count).map((i) => Math.max(0, Math.min(each, size - i * each)));
  }
  if (sizes.some((s) => s < 0) || sizes.reduce((a, b) => a + b, 0) !== size) {
    throw nodeError(context, `pieces [${sizes.join(', ')}] of ${size}`, 'the pieces must add up');
  }
  return sizes;
}

const split: Operator = {
  since: 2,
  infer: (inputs, context) => {
    const x = required(inputs, 0, context);
    const axis = normaliseAxis(intAttribute(context, 'axis', 0), x.shape.length, context);
    return splitSizes(inputs, axis, context).map((size) => ({
      type: x.type,
      shape: x.shape.map((s, d) => (d === axis ? size : s)),
    }));
  },
  run: (inputs, outputs, context) => {
    const x = inputs[0]!;
    const axis = normaliseAxis(intAttribute(context, 'axis', 0), x.shape.length, context);
    let start = 0;
    return outputs.map(({ shape }) => {
      const picks = shape.map((size, d) => range(size, d === axis ? start : 0));
      start += shape[axis]!;
      return gather(x, shape, pickIndex(x.shape, picks));
    });
  },
};

/** Gather: whole slices along an axis, by index. */
const gatherSlices: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const x = required(inputs, 0, context);
    const axis = normaliseAxis(intAttribute(context, 'axis', 0), x.shape.length, context);
    const indices = required(inputs, 1, context);
    return [{ type: x.type, shape: [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)] }];
  },
  run: (inputs, outputs, context) => {
    const x = inputs[0]!;
    const axis = normaliseAxis(intAttribute(context, 'axis', 0), x.shape.length, context);
    const pick = Array.from(numbersOf(inputs[1]!), (at) => normaliseAxis(at, x.shape[axis]!, context));
    const picks = x.shape.map((size, d) => (d === axis ? pick : range(size)));
    return [gather(x, outputs[0]!.shape, pickIndex(x.shape, picks))];
  },
};

export const MOVEMENT: Readonly<Record<string, Operator>> = {
  Transpose: transpose,
  Pad: pad,
  Concat: concat,
  Slice: slice,
  Split: split,
  Gather: gatherSlices,
};
