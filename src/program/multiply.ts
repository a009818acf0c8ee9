import type { Assembler } from './assembler.js';
import { bit, fieldWidth, slice, type Field } from './field.js';
import { accumulate, topBit } from './integer.js';
import { NorAssembler } from './nor-assembler.js';

/**
 * product = a · b for lists of lines, least significant first; `product` has as many lines as both together. For each bit
 * of b, a search finds the lanes that add a, and all others pass unchanged. The carry of a row ripples in the line that
 * receives its last carry, so that no line is spent on it. 4 steps a bit of each row.
 */
export function multiplyLines(
  asm: Assembler,
  a: readonly number[],
  b: readonly number[],
  product: readonly number[],
): void {
  if (product.length !== a.length + b.length) {
    asm.fail(`a product of ${a.length} and ${b.length} bits needs ${a.length + b.length} lines, not ${product.length}`);
  }
  if (asm instanceof NorAssembler) {
    multiplyGates(asm, a, b, product);
    return;
  }
  asm.constant(0, product);
  for (const [i, multiplierBit] of b.entries()) {
    asm.search([multiplierBit], 1n);
    const row = product.slice(i, i + a.length);
    if (i === 0) {
      for (const [k, line] of a.entries()) asm.step(line, 'copy', [row[k]!], { lanes: 'matched' });
    } else {
      accumulate(asm, a, row, product[i + a.length]!, { lanes: 'matched' });
    }
  }
}

/** The same rows with NOR gates: the complements of both operands are made once, and a gate forms each partial product. */
function multiplyGates(
  asm: NorAssembler,
  a: readonly number[],
  b: readonly number[],
  product: readonly number[],
): void {
  const inverses = asm.scratch('inverses', a.length + 2);
  const inverseA = inverses.lines.slice(0, a.length);
  const inverseB = bit(inverses, a.length);
  const partial = bit(inverses, a.length + 1);
  for (const [i, line] of a.entries()) asm.nor(inverseA[i]!, line);
  for (const [i, multiplierBit] of b.entries()) {
    asm.nor(inverseB, multiplierBit);
    const carry = product[i + a.length]!;
    asm.constant(0, [carry]);
    for (const [k, inverse] of inverseA.entries()) {
      if (i === 0) {
        asm.nor(product[k]!, inverse, inverseB);
      } else {
        asm.nor(partial, inverse, inverseB);
        asm.accumulateBit(partial, product[i + k]!, carry);
      }
    }
  }
  asm.free(inverses);
}

/** product = a · b, both unsigned or both signed; the widths add. */
export function multiplyFields(asm: Assembler, a: Field, b: Field, product: Field, signed = false): void {
  multiplyLines(asm, a.lines, b.lines, product.lines);
  if (signed) correctSigns(asm, a, b, product);
}

/** Turns the product of two's complement patterns read as unsigned into the signed one: a negative factor weighs −2^width. */
function correctSigns(asm: Assembler, a: Field, b: Field, product: Field): void {
  const borrow = asm.scratch('borrow', 1);
  for (const [factor, other] of [
    [a, b],
    [b, a],
  ] as const) {
    asm.constant(0, borrow.lines);
    asm.search([topBit(factor)], 1n);
    const upper = slice(product, fieldWidth(factor), fieldWidth(product));
    accumulate(asm, other.lines, upper.lines, bit(borrow, 0), { subtract: true, lanes: 'matched' });
  }
  asm.free(borrow);
}

/**
 * product = a · b as the accelerator of Wang et al. (ISCAS 2020) forms it: two buffers in turn; a row adds a from one
 * buffer into the other (multiplier bit 1) or copies it (bit 0), and the next row starts one line higher.
 */
export function multiplyPingPong(asm: Assembler, a: Field, b: Field, product: Field): void {
  const width = fieldWidth(a);
  const buffers = [asm.scratch('ping', width + 1), asm.scratch('pong', width + 1)] as const;
  asm.constant(0, buffers[0].lines);
  for (const [i, multiplierBit] of b.lines.entries()) {
    const from = buffers[i % 2 === 0 ? 0 : 1].lines;
    const to = buffers[i % 2 === 0 ? 1 : 0].lines;
    asm.constant(0, [to[0]!]);
    asm.search([multiplierBit], 1n);
    // Upper bits of the last row, without the bit that is already final; after the first row that is from[1 …].
    const last = (k: number): number => (i === 0 ? from[k]! : from[k + 1]!);
    for (let k = 0; k < width; k++) {
      asm.constant(0, [to[k + 1]!]);
      asm.step(a.lines[k]!, 'set', [to[k + 1]!], { lanes: 'matched' });
      asm.step(last(k), 'toggle', [to[k]!, to[k + 1]!]);
      asm.step(to[k]!, 'reset', [to[k + 1]!]);
      asm.step(a.lines[k]!, 'toggle', [to[k]!, to[k + 1]!], { lanes: 'matched' });
    }
    asm.step(to[0]!, 'copy', [bit(product, i)]);
    if (i === fieldWidth(b) - 1) {
      for (let k = 1; k <= width; k++) asm.step(to[k]!, 'copy', [bit(product, i + k)]);
    }
  }
  asm.free(...buffers);
}

/** square = a², unsigned: each pair of different bits once, doubled by its place, then the bits themselves. */
export function squareField(asm: Assembler, a: Field, square: Field): void {
  const width = fieldWidth(a);
  if (fieldWidth(square) !== 2 * width) asm.fail(`a square of ${width} bits needs ${2 * width} lines`);
  const spare = asm.scratch('zero and carry', 2);
  const [zero, carry] = [bit(spare, 0), bit(spare, 1)];
  asm.constant(0, [...square.lines, zero]);
  for (let i = 0; i < width - 1; i++) {
    asm.search([bit(a, i)], 1n);
    const addend = a.lines.slice(i + 1);
    const place = 2 * i + 2;
    accumulate(asm, addend, square.lines.slice(place, place + addend.length), bit(square, width + i + 1), {
      lanes: 'matched',
    });
  }
  asm.constant(0, [carry]);
  for (const [k, line] of square.lines.entries()) asm.accumulateBit(k % 2 === 0 ? bit(a, k / 2) : zero, line, carry);
  asm.free(spare);
}

/** total += a · b modulo 2^width(total), which is at least the product's; all signed or all unsigned. */
export function multiplyAccumulate(asm: Assembler, a: Field, b: Field, total: Field, signed = false): void {
  const productWidth = fieldWidth(a) + fieldWidth(b);
  if (fieldWidth(total) < productWidth)
    asm.fail(`'${total.name}' is narrower than the product of ${productWidth} bits`);
  const product = asm.scratch('product', productWidth);
  const spare = asm.scratch('zero and carry', 2);
  const [zero, carry] = [bit(spare, 0), bit(spare, 1)];
  multiplyFields(asm, a, b, product, signed);
  asm.constant(0, [zero, carry]);
  for (const [k, line] of total.lines.entries()) {
    const addend = product.lines[k] ?? (signed ? topBit(product) : zero);
    asm.accumulateBit(addend, line, carry);
  }
  asm.free(product, spare);
}
