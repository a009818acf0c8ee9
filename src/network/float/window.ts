import { intAttribute, intsAttribute, nodeError, type OperatorContext, stringAttribute } from './operator.js';

/** A sliding window over the spatial dimensions of a tensor, in as many dimensions as those. */
export interface Window {
  readonly input: readonly number[];
  readonly kernel: readonly number[];
  readonly stride: readonly number[];
  readonly dilation: readonly number[];
  /** Cells added before and after each dimension, as the file or `auto_pad` states them. */
  readonly before: readonly number[];
  readonly after: readonly number[];
  readonly output: readonly number[];
}

/**
 * The window that a node's attributes describe (strides, pads, dilations, auto_pad, ceil_mode).
 * Formula: output = ⌊(input + pads − dilation · (kernel − 1) − 1) / stride⌋ + 1, ⌈…⌉ with ceil_mode, where a window that
 * would start after the last input cell is left out (ONNX, Pool operators).
 *
 * @param input sizes of the spatial dimensions
 */
export function windowOf(context: OperatorContext, input: readonly number[], kernel: readonly number[]): Window {
  const dimensions = input.length;
  const list = (name: string, otherwise: number, length = dimensions): readonly number[] => {
    const value = intsAttribute(context, name);
    if (value === undefined || value.length === 0) return new Array<number>(length).fill(otherwise);
    if (value.length === length) return value;
    throw nodeError(context, `${name} has ${value.length} numbers, not ${length}`, 'export the model again');
  };
  const stride = list('strides', 1);
  const dilation = list('dilations', 1);
  const positive = (size: number): boolean => Number.isInteger(size) && size > 0;
  if (![...kernel, ...stride, ...dilation].every(positive) || kernel.length !== dimensions) {
    throw nodeError(
      context,
      `kernel [${kernel.join(', ')}], strides [${stride.join(', ')}], dilations [${dilation.join(', ')}]`,
      `each needs ${dimensions} numbers of 1 or more`,
    );
  }
  const { before, after } = padding(context, list('pads', 0, 2 * dimensions), input, kernel, stride, dilation);
  const ceil = intAttribute(context, 'ceil_mode', 0) !== 0;
  const output = input.map((size, d) => {
    const room = size + before[d]! + after[d]! - dilation[d]! * (kernel[d]! - 1) - 1;
    if (room < 0) {
      throw nodeError(
        context,
        `a window of ${kernel[d]} does not fit into ${size} cells`,
        'the input is too small for the network; check its shape',
      );
    }
    let count = (ceil ? Math.ceil(room / stride[d]!) : Math.floor(room / stride[d]!)) + 1;
    if (ceil && (count - 1) * stride[d]! >= size + before[d]!) count -= 1;
    return count;
  });
  return { input, kernel, stride, dilation, before, after, output };
}

function padding(
  context: OperatorContext,
  pads: readonly number[],
  input: readonly number[],
  kernel: readonly number[],
  stride: readonly number[],
  dilation: readonly number[],
): { before: number[]; after: number[] } {
  const dimensions = input.length;
  const auto = stringAttribute(context, 'auto_pad', 'NOTSET');
  if (auto === 'VALID') return { before: input.map(() => 0), after: input.map(() => 0) };
  if (auto === 'SAME_UPPER' || auto === 'SAME_LOWER') {
    const total = input.map((size, d) =>
      Math.max(0, (Math.ceil(size / stride[d]!) - 1) * stride[d]! + dilation[d]! * (kernel[d]! - 1) + 1 - size),
    );
    const small = total.map((cells) => Math.floor(cells / 2));
    const large = total.map((cells) => Math.ceil(cells / 2));
    return auto === 'SAME_UPPER' ? { before: small, after: large } : { before: large, after: small };
  }
  if (auto !== 'NOTSET' && auto !== '') {
    throw nodeError(context, `auto_pad is '${auto}'`, 'use explicit pads');
  }
  if (pads.some((cells) => cells < 0 || cells > 65_536)) {
    throw nodeError(context, `pads are [${pads.join(', ')}]`, 'use pads from 0 to 65536');
  }
  return { before: pads.slice(0, dimensions), after: pads.slice(dimensions) };
}

/**
 * The same window over exactly two dimensions; one dimension becomes a single row.
 *
 * @throws ModelError for three and more
 */
export function planeWindow(window: Window, context: OperatorContext): Window {
  if (window.input.length === 2) return window;
  if (window.input.length !== 1) {
    throw nodeError(context, `${window.input.length} spatial dimensions`, 'use 1 or 2');
  }
  const row = (list: readonly number[], first: number): number[] => [first, ...list];
  return {
    input: row(window.input, 1),
    kernel: row(window.kernel, 1),
    stride: row(window.stride, 1),
    dilation: row(window.dilation, 1),
    before: row(window.before, 0),
    after: row(window.after, 0),
    output: row(window.output, 1),
  };
}
