import { bits, bool, type Bool, constant, memory, named, type Signal } from '../src/hdl/index.js';
import { counter } from './counter.js';

/** Which values of a vector have weights, by the order of their arrival. */
export interface KeepTableShape {
  readonly kept: readonly boolean[];
  /** File of the table, one bit a line; absent in flows in which no memory has an image. */
  readonly file?: string;
}

/** A table of so many bits at most stands in the Verilog as a number. */
const longestNumber = 64;

/** Says of the value that arrives next whether it has weights; `arrives` moves on to the one after. */
export function keepTable({ kept, file }: KeepTableShape, arrives: Signal<Bool>): Signal<Bool> {
  const { value: index } = counter('arrival', kept.length, arrives);
  if (kept.length === 1) return constant(bool(), Number(kept[0]));
  if (file === undefined || kept.length <= longestNumber) {
    const word = kept.reduce((sum, isKept, place) => sum | (BigInt(isKept) << BigInt(place)), 0n);
    const table = named(constant(bits(kept.length), word), 'keep_table', 'bit i: value i of a vector has weights');
    return named(table.bit(index), 'is_kept');
  }
  const table = memory(bool(), {
    depth: kept.length,
    image: { file, words: kept.map(BigInt) },
    style: 'distributed',
    name: 'keep_table',
    comment: 'word i: value i of a vector has weights',
  });
  const isKept = table.readNow(index);
  return isKept;
}
