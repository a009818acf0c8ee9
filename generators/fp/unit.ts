import {
  bits,
  bool,
  type Bool,
  defineModule,
  delayed,
  document,
  input,
  type Module,
  outputOf,
  type PortTree,
  type Signal,
  wire,
} from '../../src/hdl/index.js';
import type { Chain, Step } from './chain.js';
import type { Result } from './finish.js';
import { shapeName, type UnitOptions } from './float-shape.js';
import type { Mode } from './rounding.js';

/** What a unit computes from: operand patterns by name, and the rounding mode. */
export interface Operands {
  readonly a: Signal;
  readonly b: Signal;
  readonly c: Signal;
  readonly mode: Mode;
}

export type OperandName = 'a' | 'b' | 'c';

/** A unit before it is a module: its operands and its logic. */
export interface UnitLogic {
  /** Name of the operation, as part of the module's name. */
  readonly operation: string;
  /** First line of the module's header. */
  readonly purpose: string;
  /** Operands with their widths, in order. */
  readonly operands: readonly (readonly [name: OperandName, width: number, meaning: string])[];
  /** False where nothing is rounded: a fixed mode is then all there is. */
  readonly rounds: boolean;
  readonly chain: Chain<Operands, Result>;
}

const roundingNames = ['nearest even', 'toward zero', 'down', 'up', 'nearest, ties away'];

/** The steps of a unit, in the order in which the signals pass them. */
export function stepsOf(logic: UnitLogic): readonly Step[] {
  return logic.chain.steps;
}

export function unitName(operation: string, options: UnitOptions): string {
  const { format, stages, rounding, flush, saturate, flags, handshake } = options;
  return [
    `fp_${operation}_${shapeName(format)}`,
    `s${stages}`,
    rounding === undefined ? undefined : `r${rounding}`,
    flush ? 'flush' : undefined,
    saturate ? 'saturate' : undefined,
    flags ? undefined : 'no_flags',
    handshake === 'enable' ? 'enable' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join('_');
}

export function describeOptions({ rounding, flush, saturate }: UnitOptions, rounds: boolean): string {
  const mode = rounding === undefined ? 'rounding mode at run time' : `rounds ${roundingNames[rounding]!}`;
  return [
    rounds ? mode : undefined,
    flush ? 'subnormals are flushed to zero' : 'subnormals exact',
    saturate ? 'overflow saturates' : undefined,
  ]
    .filter((part) => part !== undefined)
    .join(', ');
}

/** The ports of every unit; what an option leaves out is undefined. */
export function unitPorts(logic: UnitLogic, options: UnitOptions) {
  const { stages, rounding, flags, handshake } = options;
  const streaming = handshake === 'stream';
  document(
    `${unitName(logic.operation, options)}: ${logic.purpose}`,
    describeOptions(options, logic.rounds),
    `latency ${stages} cycles, a new operation every cycle`,
    ...(flags ? ['flags: invalid, divide by zero, overflow, underflow (tiny after rounding), inexact'] : []),
  );
  const idle = ['unused'];
  const clk = stages === 0 ? input(bool(), { comment: 'clock; this unit is combinational', tags: idle }) : undefined;
  const rst = stages === 0 ? input(bool(), { comment: 'reset; this unit is combinational', tags: idle }) : undefined;
  const inValid = input(bool(), { comment: 'operands are valid' });
  const outReady = streaming ? input(bool(), { comment: 'the result is taken' }) : undefined;
  const enable = streaming
    ? undefined
    : input(bool(), { comment: 'all stages move', ...(stages === 0 && { tags: idle }) });

  const operandPorts = Object.fromEntries(
    logic.operands.map(([name, width, meaning]) => [name, input(bits(width), { comment: meaning })]),
  );
  const hasMode = rounding === undefined && logic.rounds;
  const roundingMode = hasMode
    ? input(bits(3), { comment: '0 nearest even, 1 toward zero, 2 down, 3 up, 4 nearest, ties away' })
    : undefined;
  const operand = (name: OperandName): Signal => operandPorts[name] ?? inValid;
  const operands: Operands = {
    a: operand('a'),
    b: operand('b'),
    c: operand('c'),
    mode: roundingMode ?? rounding ?? 0,
  };
  const { result, flags: raised, valid, advance } = pipeline(logic, options, operands, inValid, outReady ?? enable!);
  return {
    clk,
    rst,
    enable,
    inValid,
    inReady: streaming ? outputOf(advance, { comment: 'operands are taken' }) : undefined,
    ...operandPorts,
    roundingMode,
    outValid: outputOf(valid, { comment: 'the result is valid' }),
    outReady,
    result: outputOf(result, { comment: 'result' }),
    flags: flags ? outputOf(raised, { comment: 'exceptions of this result, bit 4 to bit 0' }) : undefined,
  };
}

/** The stages and the valid bits beside them; one signal moves all, so that no stage needs a buffer. */
function pipeline(
  { chain }: UnitLogic,
  { stages, handshake }: UnitOptions,
  operands: Operands,
  inValid: Signal<Bool>,
  allow: Signal<Bool>,
): Result & { readonly valid: Signal<Bool>; readonly advance: Signal<Bool> } {
  if (stages === 0) return { ...chain.build(operands, 0, undefined), valid: inValid, advance: allow };
  const advance = wire(bool(), { comment: 'all stages move' });
  let valid: Signal<Bool> = inValid;
  for (let stage = 1; stage <= stages; stage += 1) {
    valid = delayed(valid, { reset: 0, enable: advance, name: `valid_${stage}` });
  }
  advance.connect(handshake === 'stream' ? allow.or(valid.not()) : allow);
  return { ...chain.build(operands, stages, advance), valid, advance };
}

/** The module of a unit; equal names stand for equal logic. */
export function unitModule(logic: UnitLogic, options: UnitOptions): Module {
  return defineModule(unitName(logic.operation, options), (): PortTree => unitPorts(logic, options))();
}
