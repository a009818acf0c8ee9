import {
  type Bits,
  type Bool,
  switchOver,
  bits,
  bitsFor,
  concat,
  constant,
  defineModule,
  document,
  memory,
  mux,
  register,
  type Signal,
  signedBits,
  streamIn,
  streamOut,
  when,
  bool,
  sum,
} from '../src/hdl/index.js';
import { counter, times } from './counter.js';

/** Plain data of one requantiser; see `Requantization` in src/network/quantized.ts for the arithmetic. */
export interface RequantiseShape {
  readonly name: string;
  /** Width of the incoming two's complement sums, wide enough for sum + bias. */
  readonly sumBits: number;
  /** Filters, whose biases and multipliers come round in turn; 1 for one pair for all. */
  readonly filters: number;
  /** File of the table of (multiplier, bias) pairs. */
  readonly tableFile: string;
  /** The table as a case in the Verilog, for flows in which no memory has an image. */
  readonly tableAsCase: boolean;
  /** `filters` pairs. */
  readonly bias: readonly number[];
  /** Absent: the output is sum + bias. */
  readonly scale?: {
    readonly multiplier: readonly number[];
    readonly multiplierBits: number;
    readonly digitBits: number;
    readonly shift: number;
    readonly zeroPoint: number;
    readonly low: number;
    readonly high: number;
  };
  readonly outputBits: number;
}

/**
 * Sums in, activations out: out = clamp(zeroPoint + round((sum + bias[f]) · multiplier[f] / 2^shift), low, high), the
 * filter f counting from 0 with the beats. Halves round toward +∞.
 *
 * Four stages, each with room for one value: fetch the table's row, add the bias, multiply, round and clamp. The
 * multiplier takes `digitBits` of its operand each cycle, so that it is as small as the layer's pace allows and uses
 * no DSP block; at ⌈multiplierBits / digitBits⌉ cycles a value it is the slowest stage.
 */
export const requantise = defineModule(
  (shape: RequantiseShape) => `${shape.name}_requantise`,
  (shape: RequantiseShape) => {
    const { sumBits, filters, scale, outputBits } = shape;
    document(
      `${shape.name}_requantise: bias${scale ? ', scale, round and clamp' : ''} of the sums of ${filters} filters`,
      `sums ${sumBits} bits, outputs ${outputBits} bits`,
    );
    const input = streamIn({ sum: signedBits(sumBits) });
    const output = streamOut({ value: bits(outputBits) });

    const fetched = register(signedBits(sumBits), { comment: 'sum whose table row is being read' });
    const fetchedValid = register(bool(), { reset: 0 });
    const biased = register(signedBits(sumBits), { comment: 'sum + bias' });
    const biasedValid = register(bool(), { reset: 0 });

    const { bias, multiplier } = tableRow(shape, input.fires());

    if (scale === undefined) {
      const biasedFree = biasedValid.not().or(output.ready);
      stage({ from: fetchedValid, to: biasedValid, free: biasedFree }, () => biased.next(fetched.add(bias)));
      const fetchedFree = fetchedValid.not().or(biasedFree);
      input.ready.connect(fetchedFree);
      stage({ from: input.valid, to: fetchedValid, free: fetchedFree }, () => fetched.next(input.payload.sum));
      output.connect({ value: biased.asUnsigned() }, { valid: biasedValid });
      return { input, output };
    }

    const result = register(bits(outputBits));
    const resultValid = register(bool(), { reset: 0 });
    const resultFree = resultValid.not().or(output.ready);
    const multiplierHeld = register(bits(scale.multiplierBits), { comment: 'multiplier of the biased sum' });

    const product = serialMultiply(biased, multiplierHeld, biasedValid, resultFree, scale);
    stage({ from: product.valid, to: resultValid, free: resultFree }, () => result.next(clamped(product.value, shape)));
    const biasedFree = biasedValid.not().or(product.takes);
    stage({ from: fetchedValid, to: biasedValid, free: biasedFree }, () => {
      biased.next(fetched.add(bias));
      multiplierHeld.next(multiplier);
    });
    const fetchedFree = fetchedValid.not().or(biasedFree);
    input.ready.connect(fetchedFree);
    stage({ from: input.valid, to: fetchedValid, free: fetchedFree }, () => fetched.next(input.payload.sum));
    output.connect({ value: result }, { valid: resultValid });
    return { input, output };
  },
);

interface Stage {
  readonly from: Signal<Bool>;
  readonly to: ReturnType<typeof register<Bits<1>>>;
  readonly free: Signal<Bool>;
}

/** One stage of the pipe: when it is free, it takes what is offered. */
function stage({ from, to, free }: Stage, load: () => void): void {
  when(free, () => {
    to.next(from);
    when(from, load);
  });
}

/** Bias and multiplier of the current filter, valid in the cycle after `advance`. */
function tableRow(shape: RequantiseShape, advance: Signal<Bool>): { bias: Signal; multiplier: Signal<Bits> } {
  const { sumBits, filters, bias, scale } = shape;
  const multiplierBits = scale?.multiplierBits ?? 0;
  const words = bias.map((value, filter) => {
    const low = BigInt.asUintN(sumBits, BigInt(value));
    return scale === undefined ? low : (BigInt(scale.multiplier[filter]!) << BigInt(sumBits)) | low;
  });
  const row =
    filters === 1
      ? constant(bits(sumBits + multiplierBits), words[0]!)
      : lookUp(shape, words, sumBits + multiplierBits, advance);
  return {
    bias: row.slice(sumBits - 1, 0).asSigned(),
    multiplier: scale ? row.slice(sumBits + multiplierBits - 1, sumBits) : constant(bits(1), 1),
  };
}

/** The word of the current filter, in the cycle after `advance`. */
function lookUp(shape: RequantiseShape, words: readonly bigint[], width: number, advance: Signal<Bool>): Signal<Bits> {
  const { value: filter } = counter('filter', shape.filters, advance);
  if (!shape.tableAsCase) {
    const table = memory(bits(width), {
      depth: shape.filters,
      image: { file: shape.tableFile, words },
      name: 'table',
      comment: shape.scale ? 'multiplier, bias of each filter' : 'bias of each filter',
    });
    return table.read(filter, { enable: advance, name: 'table_row' });
  }
  const row = register(bits(width), { name: 'table_row', comment: shape.scale ? 'multiplier, bias' : 'bias' });
  const cases = words.slice(0, -1).map((word, index) => [index, () => row.next(word)] as const);
  when(advance, () => switchOver(filter, cases, () => row.next(words.at(-1)!)));
  return row;
}

/**
 * value · multiplier by digits of the multiplier, the least significant first. The accumulator shifts right as it
 * grows, so that the adder is only as wide as the value. `takes` says that it takes the operands at the next edge.
 */
function serialMultiply(
  value: Signal,
  multiplier: Signal<Bits>,
  offered: Signal<Bool>,
  resultFree: Signal<Bool>,
  { multiplierBits, digitBits }: NonNullable<RequantiseShape['scale']>,
): { value: Signal; valid: Signal<Bool>; takes: Signal<Bool> } {
  const steps = Math.ceil(multiplierBits / digitBits);
  const sumBits = value.width + digitBits + 1;
  const multiplicand = register(signedBits(value.width), { comment: 'operand of the product in progress' });
  const digits = register(bits(steps * digitBits), { comment: 'digits of the multiplier that are left' });
  const high = register(signedBits(sumBits - digitBits), { comment: 'upper part of the product' });
  const low = register(bits(steps * digitBits), { comment: 'lower part, filled from the top' });
  const left = register(bits(bitsFor(steps + 1)), { reset: 0, comment: 'steps still to do' });
  const busy = register(bool(), { reset: 0 });

  const done = busy.and(left.equals(0));
  const takes = busy.not().or(done.and(resultFree));
  const digitOf = (word: Signal): Signal<Bits> => word.slice(digitBits - 1, 0);
  const shifted = (word: Signal<Bits>): Signal<Bits> => word.shiftRight(digitBits);

  const first = timesDigit(value, digitOf(multiplier)).resize(sumBits).asSigned();
  const next = high
    .resize(sumBits)
    .asSigned()
    .add(timesDigit(multiplicand, digitOf(digits)).resize(sumBits).asSigned());
  const fill = (digit: Signal, rest: Signal<Bits>): Signal<Bits> =>
    steps === 1 ? digitOf(digit) : concat(digitOf(digit), rest.slice(steps * digitBits - 1, digitBits));
  const top = (word: Signal): Signal => word.slice(sumBits - 1, digitBits).asSigned();

  when(takes, () => {
    busy.next(offered);
    when(offered, () => {
      multiplicand.next(value);
      digits.next(shifted(multiplier.resize(steps * digitBits).asUnsigned()));
      high.next(top(first));
      low.next(fill(first, low));
      left.next(steps - 1);
    });
  }).elsewhen(done.not(), () => {
    digits.next(shifted(digits));
    high.next(top(next));
    low.next(fill(next, low));
    left.next(left.subtract(1));
  });
  return { value: concat(high, low).asSigned(), valid: done, takes };
}

/** value · digit as signed, the digit unsigned of few bits: a small tree of adders. */
function timesDigit(value: Signal, digit: Signal<Bits>): Signal {
  const width = value.width + digit.width + 1;
  const terms = times(digit.width).map((place) =>
    mux(digit.bit(place), value.resize(width).shiftLeft(place), constant(signedBits(width), 0)),
  );
  return sum(terms).resize(width);
}

function clamped(narrow: Signal, shape: RequantiseShape): Signal<Bits> {
  const { shift, zeroPoint, low, high } = shape.scale!;
  // A shift may go beyond the product: the sign is what is left.
  const product = narrow.resize(Math.max(narrow.width, shift + 1));
  const width = Math.max(product.width - shift + 2, shape.outputBits + 2);
  const scaled = product
    .shiftRight(shift)
    .resize(product.width - shift)
    .resize(width);
  const half = shift === 0 ? constant(bool(), 0) : product.bit(shift - 1);
  const rounded = scaled.add(half.resize(width).asSigned()).add(constant(signedBits(width), zeroPoint));
  const word = (value: number): Signal<Bits> =>
    constant(bits(shape.outputBits), BigInt.asUintN(shape.outputBits, BigInt(value)));
  const inRange = rounded.slice(shape.outputBits - 1, 0);
  return mux(rounded.less(low), word(low), mux(rounded.greater(high), word(high), inRange));
}
