/** Random expressions over given signals, from a seed. */
import type { ExpressionIr, SignalIr } from '../../../src/hdl/ir.js';
import * as ir from './ir.js';

export const widths = [1, 2, 7, 31, 32, 33, 53, 63, 64, 65, 128];

/** Mulberry32: 32 bits of state are enough for test data. */
export class Random {
  #state: number;
  constructor(seed: number) {
    this.#state = seed;
  }
  /** 0 ≤ result < limit. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }
  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)]!;
  }
  /** Often an extreme value, as those break things. */
  bits(width: number): bigint {
    const all = (1n << BigInt(width)) - 1n;
    const special = [0n, 1n, all, all >> 1n, 1n << BigInt(width - 1)];
    if (this.below(4) === 0) return this.pick(special) & all;
    let value = 0n;
    for (let bits = 0; bits < width; bits += 32) value = (value << 32n) | BigInt(this.below(2 ** 32));
    return value & all;
  }
}

export class ExpressionMaker {
  readonly #random: Random;
  readonly #signals: readonly SignalIr[];
  readonly #shared: ExpressionIr[] = [];

  constructor(random: Random, signals: readonly SignalIr[]) {
    this.#random = random;
    this.#signals = signals;
  }

  make(width: number, signed: boolean, depth: number): ExpressionIr {
    const random = this.#random;
    const known = this.#shared.filter((node) => node.width === width && node.signed === signed);
    if (known.length > 0 && random.below(8) === 0) return random.pick(known);
    const node = this.#make(width, signed, depth);
    if (random.below(6) === 0) this.#shared.push(node);
    return node;
  }

  #width(): number {
    return this.#random.pick(widths);
  }

  #leaf(width: number, signed: boolean): ExpressionIr {
    const fitting = this.#signals.filter((signal) => signal.width === width && signal.signed === signed);
    if (fitting.length > 0 && this.#random.below(5) > 0) return ir.ref(this.#random.pick(fitting));
    return ir.constant(width, this.#random.bits(width), signed);
  }

  #make(width: number, signed: boolean, depth: number): ExpressionIr {
    if (depth === 0) return this.#leaf(width, signed);
    const random = this.#random;
    const any = (w: number, s = random.below(2) === 1) => this.make(w, s, depth - 1);
    const same = () => this.make(width, signed, depth - 1);
    const unsigned = (node: ExpressionIr) => (signed ? ir.reinterpret(node) : node);
    switch (random.below(15)) {
      case 0:
      case 1:
      case 2:
        return ir.binary(random.pick(['add', 'subtract', 'and', 'or', 'xor']), same(), same());
      case 3:
        return ir.unary(random.pick(['not', 'negate']), same());
      case 4:
      case 5: {
        const amount =
          random.below(3) === 0 ? ir.constant(8, random.below(140)) : any(random.pick([1, 2, 7, 33, 64]), false);
        return ir.binary(random.pick(['shiftLeft', 'shiftRight']), same(), amount);
      }
      case 6:
        return ir.mux(this.#boolean(depth - 1), same(), same());
      case 7: {
        if (width === 1) return unsigned(this.#boolean(depth - 1));
        const high = 1 + random.below(width - 1);
        return unsigned(ir.concat(any(high), any(width - high)));
      }
      case 8: {
        const factors = [1, 2, 3, 4, 8].filter((count) => width % count === 0);
        const count = random.pick(factors);
        return unsigned(ir.repeat(count, any(width / count)));
      }
      case 9: {
        const from = width + random.below(40);
        const low = random.below(from - width + 1);
        return unsigned(ir.slice(any(from), low + width - 1, low));
      }
      case 10: {
        const count = 1 + random.below(6);
        const stride = random.pick([width, width, 1]);
        const operand = any(stride === 1 ? width + count : count * width);
        return unsigned(ir.select(operand, any(1 + random.below(9), false), stride, width));
      }
      case 11:
      case 12:
        return ir.resize(this.make(this.#width(), signed, depth - 1), width);
      case 13:
        return ir.reinterpret(this.make(width, !signed, depth - 1));
      default: {
        if (width === 1) return unsigned(this.#boolean(depth - 1));
        const left = 1 + random.below(width - 1);
        return ir.binary('multiply', this.make(left, signed, depth - 1), this.make(width - left, signed, depth - 1));
      }
    }
  }

  #boolean(depth: number): ExpressionIr {
    const random = this.#random;
    const width = this.#width();
    const signed = random.below(2) === 1;
    if (random.below(3) === 0) {
      return ir.unary(random.pick(['reduceAnd', 'reduceOr', 'reduceXor']), this.make(width, signed, depth));
    }
    const operator = random.pick(['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const);
    return ir.binary(operator, this.make(width, signed, depth), this.make(width, signed, depth));
  }
}
