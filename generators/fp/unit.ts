import {
  bits,
  bool,
  type Bool,
  defineModule,
  delayed,
  document,
  input,
  type Input,
  type Module,
  outputOf,
  type PortTree,
  type Signal,
  wire,
} from '../../src/hdl/index.js';
import type { Chain } from './chain.js';
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

/** What a unit computes, and from what. */
export interface UnitHeader {
  /** Name of the operation, as part of the module's name. */
  readonly operation: string;
  /** First line of the module's header. */
  readonly purpose: string;
  /** Operands with their widths, in order. */
  readonly operands: readonly (readonly [name: OperandName, width: number, meaning: string])[];
  /** False where nothing is rounded: the mode is ignored. */
  readonly rounds: boolean;
}

/** A unit of pure logic, before registers are placed in it. */
export interface UnitLogic extends UnitHeader {
  readonly chain: Chain<Operands, Result>;
}

/** What is between the ports: takes operands while `ready`, offers a result while `valid`. */
export interface UnitBody extends Result {
  readonly valid: Signal<Bool>;
  readonly ready: Signal<Bool>;
  /** Inputs of this unit alone. */
  readonly inputs?: Readonly<Record<string, Input>>;
}

const roundingNames = ['nearest even', 'toward zero', 'down', 'up', 'nearest, ties away'];

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

export interface Surroundings {
  readonly operands: Operands;
  readonly inValid: Signal<Bool>;
  /** The result is taken, or in a unit with an enable, all may move. */
  readonly allow: Signal<Bool>;
}

/**
 * The module of a unit: ports that are the same for all, and the body between them. What an option leaves out is
 * undefined.
 */
export function unitModule(
  header: UnitHeader,
  options: UnitOptions,
  timing: string,
  bodyOf: (surroundings: Surroundings) => UnitBody,
): Module {
  const name = unitName(header.operation, options);
  const { stages, rounding, flags: hasFlags, handshake } = options;
  const streaming = handshake === 'stream';
  return defineModule(name, (): PortTree => {
    document(
      `${name}: ${header.purpose}`,
      describeOptions(options, header.rounds),
      timing,
      ...(hasFlags ? ['flags: invalid, divide by zero, overflow, underflow (tiny after rounding), inexact'] : []),
    );
    const idle = { tags: ['unused'], comment: 'this unit is combinational' };
    const clk = stages === 0 ? input(bool(), idle) : undefined;
    const rst = stages === 0 ? input(bool(), idle) : undefined;
    const inValid = input(bool(), { comment: 'operands are valid' });
    const outReady = streaming ? input(bool(), { comment: 'the result is taken' }) : undefined;
    const enable = streaming ? undefined : input(bool(), stages === 0 ? idle : { comment: 'all stages move' });
    const operandPorts = Object.fromEntries(
      header.operands.map(([port, width, meaning]) => [port, input(bits(width), { comment: meaning })]),
    );
    const modeMeaning = '0 nearest even, 1 toward zero, 2 down, 3 up, 4 nearest, ties away';
    const modeOptions = header.rounds ? { comment: modeMeaning } : { comment: 'nothing is rounded', tags: ['unused'] };
    const roundingMode = rounding === undefined ? input(bits(3), modeOptions) : undefined;
    const operand = (port: OperandName): Signal => operandPorts[port] ?? inValid;
    const { result, flags, valid, ready, inputs } = bodyOf({
      operands: { a: operand('a'), b: operand('b'), c: operand('c'), mode: roundingMode ?? rounding ?? 0 },
      inValid,
      allow: outReady ?? enable!,
    });
    return {
      clk,
      rst,
      enable,
      inValid,
      inReady: streaming ? outputOf(ready, { comment: 'operands are taken' }) : undefined,
      ...operandPorts,
      ...inputs,
      roundingMode,
      outValid: outputOf(valid, { comment: 'the result is valid' }),
      outReady,
      result: outputOf(result, { comment: 'result' }),
      flags: hasFlags ? outputOf(flags, { comment: 'exceptions of this result, bit 4 to bit 0' }) : undefined,
    };
  })();
}

/** A unit that takes operands in every cycle; its result follows `stages` cycles later. */
export function pipelinedUnit(logic: UnitLogic, options: UnitOptions): Module {
  const timing = `latency ${options.stages} cycles, a new operation every cycle`;
  return unitModule(logic, options, timing, (surroundings) => pipeline(logic, options, surroundings));
}

/** The stages and the valid bits beside them; one signal moves all, so that no stage needs a buffer. */
function pipeline(
  { chain }: UnitLogic,
  { stages, handshake }: UnitOptions,
  { operands, inValid, allow }: Surroundings,
): UnitBody {
  if (stages === 0) return { ...chain.build(operands, 0, undefined), valid: inValid, ready: allow };
  const advance = wire(bool(), { comment: 'all stages move' });
  let valid: Signal<Bool> = inValid;
  for (let stage = 1; stage <= stages; stage += 1) {
    valid = delayed(valid, { reset: 0, enable: advance, name: `valid_${stage}` });
  }
  advance.connect(handshake === 'stream' ? allow.or(valid.not()) : allow);
  return { ...chain.build(operands, stages, advance), valid, ready: advance };
}
