import {
  bits,
  bitsFor,
  bool,
  concat,
  constant,
  defineModule,
  document,
  input,
  inVerilator,
  named,
  outputOf,
  type Signal,
} from '../src/hdl/index.js';

/**
 * The number of ones in a word, combinational: input `word`, output `ones` of ⌈log2(width + 1)⌉ bits.
 *
 * A column compression of 6:3 counters. A column of n bits of one weight is cut into six words of ⌈n/6⌉ bits, and the
 * counter works on the six words at once: a synthesizer sees three functions of the same six bits (three six-input
 * tables), a word-wise simulator a dozen operations on machine words. The last two rows are added by one adder.
 * Verilator counts with a function of its own instead, several times faster still; a test proves the bodies equal.
 */
export const popcount = defineModule(
  (width: number) => `popcount_${width}`,
  (width: number) => {
    document(`popcount_${width}: number of ones in a word`, ...construction);
    const word = input(bits(width), { comment: 'bits to count' });
    inVerilator({ ones: '$countones(word)' });
    return { word, ones: outputOf(countOnes(word), { comment: `0 to ${width}` }) };
  },
);

/**
 * bitcount(AND(weights, operand)), combinational. In one module with its counter, so that three AND gates and the full
 * adder behind them become two six-input tables wherever hierarchy is kept.
 */
export const matchCount = defineModule(
  (width: number) => `match_count_${width}`,
  (width: number) => {
    document(`match_count_${width}: number of bits that are 1 in both words`, ...construction);
    const weights = input(bits(width), { comment: 'sensed cells' });
    const operand = input(bits(width), { comment: 'one bit plane of the activations' });
    const matches = weights.and(operand);
    inVerilator({ ones: '$countones(weights & operand)' });
    return { weights, operand, ones: outputOf(countOnes(matches), { comment: `0 to ${width}` }) };
  },
);

const construction = ['column compression of word-wide 6:3 counters, then one adder'];

function countOnes(word: Signal): Signal {
  const width = bitsFor(word.width + 1);
  let columns: Signal[] = [word];
  for (let layer = 1; columns.some((column) => column.width > 2); layer++) columns = compress(columns, width, layer);
  return addRows(columns, width);
}

/** One layer of counters: every column of three bits or more becomes shorter and feeds the two above it. */
function compress(columns: readonly Signal[], width: number, layer: number): Signal[] {
  const parts: Signal[][] = Array.from({ length: width }, () => []);
  const put = (weight: number, word: Signal): void => {
    // What would lie above the result is always zero: a counter of few bits cannot reach its top output.
    if (weight < width) parts[weight]!.push(word);
  };
  for (const [weight, column] of columns.entries()) {
    if (column.width <= 2) {
      put(weight, column);
    } else if (column.width === 3) {
      const { sum, carry } = fullAdder(cut(column, 3));
      put(weight, sum);
      put(weight + 1, carry!);
    } else {
      const { ones, twos, fours } = counter63(cut(column, 6), `layer${layer}_weight${2 ** weight}`);
      put(weight, ones);
      put(weight + 1, twos);
      put(weight + 2, fours);
    }
  }
  const filled = parts.findLastIndex((column) => column.length > 0) + 1;
  return parts
    .slice(0, filled)
    .map((column, weight) => named(concat(...column), `column${layer}_weight${2 ** weight}`));
}

/** At most `count` equal words that hold the bits, the last filled up with zeros. */
function cut(word: Signal, count: number): Signal[] {
  const size = Math.ceil(word.width / count);
  const words = Math.ceil(word.width / size);
  return Array.from({ length: words }, (_, index) =>
    word.slice(Math.min(word.width, (index + 1) * size) - 1, index * size).resize(size),
  );
}

/** Counter of up to six words at once: three full adders, and a majority for the fours. */
function counter63(words: readonly Signal[], name: string): { ones: Signal; twos: Signal; fours: Signal } {
  const lower = fullAdder(words.slice(0, 3), `${name}_lower`);
  const upper = fullAdder(words.slice(3), `${name}_upper`);
  const total = fullAdder([lower.sum, upper.sum], `${name}_total`);
  const carries = fullAdder([lower.carry, upper.carry, total.carry].filter((carry) => carry !== undefined));
  return { ones: total.sum, twos: carries.sum, fours: carries.carry ?? lower.sum.xor(lower.sum) };
}

/** Sum and carry of one to three words, bit by bit; one word alone has no carry. */
function fullAdder(words: readonly Signal[], name?: string): { sum: Signal; carry: Signal | undefined } {
  const label = (signal: Signal, suffix: string): Signal =>
    name === undefined ? signal : named(signal, `${name}_${suffix}`);
  const [a, b, c] = words;
  if (a === undefined) throw new RangeError('a full adder needs a word');
  if (b === undefined) return { sum: a, carry: undefined };
  if (c === undefined) return { sum: label(a.xor(b), 'sum'), carry: label(a.and(b), 'carry') };
  return { sum: label(a.xor(b).xor(c), 'sum'), carry: label(a.and(b).or(c.and(a.xor(b))), 'carry') };
}

/** Columns of at most two bits, added as two words. */
function addRows(columns: readonly Signal[], width: number): Signal {
  const bitOf = (column: Signal, index: number): Signal =>
    column.width > index ? column.bit(index) : constant(bool(), 0);
  const row = (index: number): Signal =>
    concat(...columns.map((column) => bitOf(column, index)).toReversed()).resize(width);
  return columns.every((column) => column.width === 1) ? row(0) : row(0).add(row(1));
}
