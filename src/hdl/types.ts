import type { EnumerationIr } from './ir.js';

/** Unsigned word of `width` bits. */
export interface Bits<Width extends number = number> {
  readonly kind: 'bits';
  readonly width: Width;
  readonly signed: false;
}
/** Two's complement word of `width` bits. */
export interface SignedBits<Width extends number = number> {
  readonly kind: 'signedBits';
  readonly width: Width;
  readonly signed: true;
}
/** One of a named set of states; `members` gives the codes. */
export interface EnumerationType<Member extends string = string> {
  readonly kind: 'enumeration';
  readonly width: number;
  readonly signed: false;
  readonly ir: EnumerationIr;
  readonly members: readonly Member[];
}
export type Bool = Bits<1>;
export type LeafType = Bits | SignedBits | EnumerationType;

/** A leaf, a record of shapes, or a vector of shapes. The same shape describes ports, wires, registers and words. */
export type Shape = LeafType | { readonly [field: string]: Shape } | readonly Shape[];

function checkedWidth(width: number): void {
  if (!Number.isInteger(width) || width < 1) {
    throw new RangeError(`a word needs a whole number of bits, at least 1; got ${width}`);
  }
}

/** Unsigned word. Throws RangeError unless `width` is an integer ≥ 1. */
export function bits<const Width extends number>(width: Width): Bits<Width> {
  checkedWidth(width);
  return { kind: 'bits', width, signed: false };
}

/** Two's complement word. Throws RangeError unless `width` is an integer ≥ 1. */
export function signedBits<const Width extends number>(width: Width): SignedBits<Width> {
  checkedWidth(width);
  return { kind: 'signedBits', width, signed: true };
}

export function bool(): Bool {
  return bits(1);
}

/**
 * Enumeration with codes 0, 1, 2 … in order of declaration, in the fewest bits.
 * `enumeration('State', ['idle', 'run'])`; states are named in the Verilog and in waves.
 */
export function enumeration<const Member extends string>(
  name: string,
  members: readonly Member[],
): EnumerationType<Member> {
  if (members.length === 0) throw new RangeError(`enumeration ${name} has no members`);
  if (new Set(members).size !== members.length) throw new RangeError(`enumeration ${name} names a member twice`);
  const width = bitsFor(members.length);
  const codes = new Map(members.map((member, code) => [member as string, BigInt(code)]));
  return { kind: 'enumeration', width, signed: false, members, ir: { name, width, members: codes } };
}

/** Bits of an index into `count` things: 1 for one or two things. */
export function bitsFor(count: number): number {
  return Math.max(1, Math.ceil(Math.log2(count)));
}

export function isLeafType(shape: Shape): shape is LeafType {
  return 'kind' in shape && typeof shape.kind === 'string' && 'width' in shape && typeof shape.width === 'number';
}
