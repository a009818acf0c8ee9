import type { Tensor } from '../../graph.js';
import { elementCount, floatsOf, floatTensor, zeros } from '../../tensor.js';
import {
  broadcastIndex,
  broadcastShape,
  floatAttribute,
  intAttribute,
  nodeError,
  type Operator,
  type OperatorContext,
  required,
} from '../operator.js';
import { multiplyMatrices, multiplyTransposed, type NumberArray } from '../products.js';
import { roundHalfToEven } from './elementwise.js';
import { quantizationOf, saturate, subtractZeroPoint } from './quantization.js';

interface ProductShape {
  readonly batch: readonly number[];
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
  readonly output: readonly number[];
}

/** NumPy's rules of a matrix product: vectors are rows or columns, leading dimensions broadcast. */
function productShape(left: readonly number[], right: readonly number[], context: OperatorContext): ProductShape {
  const a = left.length === 1 ? [1, left[0]!] : left;
  const b = right.length === 1 ? [right[0]!, 1] : right;
  const inner = a.at(-1);
  if (a.length < 2 || b.length < 2 || inner !== b.at(-2)) {
    throw nodeError(
      context,
      `shapes [${left.join(', ')}] and [${right.join(', ')}] do not multiply`,
      'the last dimension of the first must be the last but one of the second',
    );
  }
  const batch = broadcastShape([a.slice(0, -2), b.slice(0, -2)], context);
  const rows = a.at(-2)!;
  const columns = b.at(-1)!;
  const output = [...batch, ...(left.length === 1 ? [] : [rows]), ...(right.length === 1 ? [] : [columns])];
  return { batch, rows, inner: inner!, columns, output };
}

function multiply(
  left: Float32Array,
  leftShape: readonly number[],
  right: Float32Array,
  rightShape: readonly number[],
  to: NumberArray,
  context: OperatorContext,
): void {
  const { batch, rows, inner, columns } = productShape(leftShape, rightShape, context);
  const leftIndex = broadcastIndex(leftShape.slice(0, -2), batch);
  const rightIndex = broadcastIndex(rightShape.slice(0, -2), batch);
  for (let i = 0; i < elementCount(batch); i++) {
    const leftStart = leftIndex[i]! * rows * inner;
    const rightStart = rightIndex[i]! * inner * columns;
    multiplyMatrices(left, leftStart, right, rightStart, to, i * rows * columns, rows, inner, columns);
  }
}

const matMul: Operator = {
  since: 1,
  infer: (inputs, context) => {
    const left = required(inputs, 0, context);
    return [{ type: left.type, shape: productShape(left.shape, required(inputs, 1, context).shape, context).output }];
  },
  run: (inputs, outputs, context) => {
    const [left, right] = inputs;
    const result = new Float32Array(elementCount(outputs[0]!.shape));
    multiply(floatsOf(left!), left!.shape, floatsOf(right!), right!.shape, result, context);
    return [floatTensor(outputs[0]!.shape, result)];
  },
};

/** Zero points of a matrix are one, or one a row of the left and one a column of the right. */
function integerProduct(
  left: Tensor,
  leftZero: Tensor | undefined,
  right: Tensor,
  rightZero: Tensor | undefined,
  count: number,
  context: OperatorContext,
): Float64Array {
  const sums = new Float64Array(count);
  const a = subtractZeroPoint(left, leftZero, Math.max(0, left.shape.length - 2));
  const b = subtractZeroPoint(right, rightZero, right.shape.length - 1);
  multiply(a, left.shape, b, right.shape, sums, context);
  return sums;
}

const matMulInteger: Operator = {
  infer: (inputs, context) => [{ ...matMul.infer(inputs, context)[0]!, type: 'int32' }],
  run: (inputs, outputs, context) => {
    const result = zeros('int32', outputs[0]!.shape);
    const sums = integerProduct(inputs[0]!, inputs[2], inputs[1]!, inputs[3], result.data.length, context);
    (result.data as Int32Array).set(sums);
    return [result];
  },
};

const qLinearMatMul: Operator = {
  infer: (inputs, context) => {
    const left = required(inputs, 0, context);
    const right = required(inputs, 3, context);
    return [{ type: required(inputs, 7, context).type, shape: productShape(left.shape, right.shape, context).output }];
  },
  run: (inputs, outputs, context) => {
    const [a, aScale, aZero, b, bScale, bZero, yScale, yZero] = inputs;
    const { type, shape } = outputs[0]!;
    const result = zeros(type, shape);
    const sums = integerProduct(a!, aZero, b!, bZero, result.data.length, context);
    const { scale, zeroPoint } = quantizationOf(yScale!, yZero, context);
    const leftScale = floatsOf(aScale!);
    const rightScale = floatsOf(bScale!);
    if (leftScale.length !== 1) throw nodeError(context, 'several scales of the first input', 'quantise it per tensor');
    for (let i = 0; i < sums.length; i++) {
      const weightScale = rightScale[rightScale.length === 1 ? 0 : i % rightScale.length]!;
      const multiplier = Math.fround(Math.fround(leftScale[0]! * weightScale) / scale[0]!);
      result.data[i] = saturate(roundHalfToEven(Math.fround(sums[i]! * multiplier)) + zeroPoint[0]!, type);
    }
    return [result];
  },
};

/** Gemm: alpha · A' · B' + beta · C, primes for the transposes that transA and transB ask for. */
const gemm: Operator = {
  infer: (inputs, context) => {
    const a = required(inputs, 0, context);
    const b = required(inputs, 1, context);
    const bias = inputs[2];
    if (a.shape.length !== 2 || b.shape.length !== 2) {
      throw nodeError(context, `inputs of ${a.shape.length} and ${b.shape.length} dimensions`, 'both must be matrices');
    }
    const left = intAttribute(context, 'transA', 0) !== 0 ? [...a.shape].reverse() : a.shape;
    const right = intAttribute(context, 'transB', 0) !== 0 ? [...b.shape].reverse() : b.shape;
    const { output } = productShape(left, right, context);
    if (bias !== undefined && broadcastShape([output, bias.shape], context).join() !== output.join()) {
      throw nodeError(context, `bias [${bias.shape.join(', ')}] for [${output.join(', ')}]`, 'export the model again');
    }
    return [{ type: a.type, shape: output }];
  },
  run: (inputs, outputs, context) => {
    const [a, b, bias] = inputs;
    const shape = outputs[0]!.shape;
    const [rows, columns] = [shape[0]!, shape[1]!];
    const left = intAttribute(context, 'transA', 0) !== 0 ? transposed(a!) : floatsOf(a!);
    const right = floatsOf(b!);
    const inner = rows === 0 ? 0 : left.length / rows;
    const result = new Float32Array(rows * columns);
    if (intAttribute(context, 'transB', 0) !== 0) multiplyTransposed(left, right, result, rows, inner, columns);
    else multiplyMatrices(left, 0, right, 0, result, 0, rows, inner, columns);
    const alpha = floatAttribute(context, 'alpha', 1);
    if (alpha !== 1) for (let i = 0; i < result.length; i++) result[i] = result[i]! * alpha;
    if (bias !== undefined) {
      const beta = floatAttribute(context, 'beta', 1);
      const values = floatsOf(bias);
      const index = broadcastIndex(bias.shape, shape);
      for (let i = 0; i < result.length; i++) result[i] = result[i]! + beta * values[index[i]!]!;
    }
    return [floatTensor(shape, result)];
  },
};

function transposed(matrix: Tensor): Float32Array {
  const from = floatsOf(matrix);
  const [rows, columns] = [matrix.shape[0]!, matrix.shape[1]!];
  const to = new Float32Array(from.length);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) to[c * rows + r] = from[r * columns + c]!;
  return to;
}

export const MATRIX: Readonly<Record<string, Operator>> = {
  MatMul: matMul,
  MatMulInteger: matMulInteger,
  QLinearMatMul: qLinearMatMul,
  Gemm: gemm,
};
