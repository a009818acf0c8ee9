import {
  bits,
  bitsFor,
  type Bits,
  bool,
  type Bool,
  concat,
  constant,
  type Module,
  register,
  type Signal,
  when,
} from '../../src/hdl/index.js';
import { Chain } from './chain.js';
import type { Result, Specials } from './finish.js';
import type { UnitOptions } from './float-shape.js';
import type { Mode } from './rounding.js';
import { type Unrounded, withTail } from './tail.js';
import { type Operands, type UnitBody, type UnitHeader, type UnitLogic, unitModule } from './unit.js';

/** What a digit recurrence begins with. */
export interface Start {
  readonly remainder: Signal<Bits>;
  /** The divisor, or what is left of the radicand. */
  readonly operand: Signal<Bits>;
  /** Biased exponent of the result's first digit, minus 1; two's complement. */
  readonly below: Signal;
  readonly sign: Signal<Bool>;
  readonly specials: Specials;
}

export interface Digits {
  readonly remainder: Signal<Bits>;
  readonly operand: Signal<Bits>;
  /** The digits so far, the last at the bottom. */
  readonly result: Signal<Bits>;
}

/** A result that comes digit by digit, its first digit worth 1, its last digits made exact by a sticky remainder. */
export interface Recurrence extends Omit<UnitHeader, 'rounds'> {
  /** Binary digits, one a step. */
  readonly digits: number;
  /** The result may be a subnormal that reaches below its last digit. */
  readonly movesRight: boolean;
  readonly firstLevels: number;
  readonly digitLevels: number;
  readonly start: (operands: Operands) => Start;
  readonly step: (state: Digits) => {
    readonly digit: Signal<Bool>;
    readonly remainder: Signal<Bits>;
    readonly operand?: Signal<Bits>;
  };
}

interface State extends Start, Digits {
  readonly mode: Mode;
}

function started(recurrence: Recurrence, operands: Operands): State {
  const result = constant(bits(recurrence.digits), 0);
  return { ...recurrence.start(operands), result, mode: operands.mode };
}

function stepped({ step }: Recurrence, { remainder, operand, result }: Digits): Digits {
  const next = step({ remainder, operand, result });
  return {
    remainder: next.remainder,
    operand: next.operand ?? operand,
    result: concat(result.slice(result.width - 2, 0), next.digit),
  };
}

function unrounded({ result, remainder, below, sign, mode, specials }: State): Unrounded {
  return { magnitude: { window: result, sticky: remainder.any(), below }, sign, mode, specials };
}

/** All steps side by side: a new operation every cycle. */
export function unrolledLogic(recurrence: Recurrence, options: UnitOptions): UnitLogic {
  let chain = Chain.of('prepare', recurrence.firstLevels, (operands: Operands) => started(recurrence, operands));
  for (let digit = 1; digit <= recurrence.digits; digit += 1) {
    chain = chain.then(`digit_${digit}`, recurrence.digitLevels, (state) => ({
      ...state,
      ...stepped(recurrence, state),
    }));
  }
  return { ...recurrence, rounds: true, chain: tailOf(recurrence, chain.then('remainder', 1, unrounded), options) };
}

function tailOf<Inputs>(
  { digits, movesRight }: Recurrence,
  front: Chain<Inputs, Unrounded>,
  options: UnitOptions,
): Chain<Inputs, Result> {
  return withTail(front, { ...options, windowBits: digits, movesRight, exactBelowNormal: !movesRight });
}

/** Cycles from the operands to the result of the iterative unit, and between two operations. */
export function iterativeCycles({ digits }: Recurrence): number {
  return digits + 1;
}

/** One step in hardware, used again and again: small, one operation at a time. */
export function iterativeUnit(recurrence: Recurrence, options: UnitOptions): Module {
  const cycles = iterativeCycles(recurrence);
  const timing = `one digit a cycle: latency ${cycles} cycles, a new operation every ${cycles} cycles`;
  const once: UnitOptions = { ...options, stages: cycles };
  const header = { ...recurrence, operation: `${recurrence.operation}_iterative`, rounds: true };
  return unitModule(header, once, timing, ({ operands, inValid, allow }): UnitBody => {
    const first = started(recurrence, operands);
    const busy = register(bool(), { reset: 0, comment: 'an operation is in progress' });
    const left = register(bits(bitsFor(recurrence.digits + 1)), { reset: 0, comment: 'digits still to come' });
    const remainder = register(bits(first.remainder.width));
    const operand = register(bits(first.operand.width), { comment: 'divisor, or what is left of the radicand' });
    const result = register(bits(recurrence.digits), { comment: 'digits so far' });
    const done = busy.and(left.equals(0));
    const takes = busy.not().or(done.and(allow));
    const fixed = heldFrom({ below: first.below, sign: first.sign, specials: first.specials }, takes.and(inValid));
    const mode =
      typeof operands.mode === 'number' ? operands.mode : heldWord(operands.mode, 'mode', takes.and(inValid));
    const next = stepped(recurrence, { remainder, operand, result });
    when(takes, () => {
      busy.next(inValid);
      when(inValid, () => {
        left.next(recurrence.digits);
        remainder.next(first.remainder);
        operand.next(first.operand);
        result.next(0);
      });
    }).elsewhen(done.not(), () => {
      left.next(left.subtract(1));
      remainder.next(next.remainder);
      operand.next(next.operand);
      result.next(next.result);
    });
    const rest = Chain.of('remainder', 1, unrounded);
    const state: State = { ...fixed, remainder, operand, result, mode };
    const outputs = tailOf(recurrence, rest, options).build(state, 0, undefined);
    return { ...outputs, valid: done, ready: takes };
  });
}

function heldWord<Word extends Signal>(value: Word, name: string, load: Signal<Bool>): Word {
  if (value.expression.kind === 'constant') return value;
  const held = register(value.type, { name: `${name}_held` });
  when(load, () => held.next(value));
  return held as Signal as Word;
}

function heldFrom(
  { below, sign, specials }: Pick<Start, 'below' | 'sign' | 'specials'>,
  load: Signal<Bool>,
): Pick<Start, 'below' | 'sign' | 'specials'> {
  const { nan, infinite, invalid, divideByZero } = specials;
  return {
    below: heldWord(below, 'below', load),
    sign: heldWord(sign, 'sign', load),
    specials: {
      nan: heldWord(nan, 'nan', load),
      infinite: heldWord(infinite, 'infinite', load),
      sign: heldWord(specials.sign, 'special_sign', load),
      invalid: heldWord(invalid, 'invalid', load),
      divideByZero: heldWord(divideByZero, 'divide_by_zero', load),
    },
  };
}
