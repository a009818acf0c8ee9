import type { ArrayShape } from '../../generators/array.js';
import { FormatError } from '../number/index.js';
import { arrayTiming, type Device, deviceByName } from '../device/index.js';
import {
  addressableLines,
  AssemblyError,
  buildProgram,
  type Program,
  UnknownProgramError,
  type Variant,
  withTransfers,
} from '../program/index.js';
import { InputError } from './input-error.js';

/** What an array unit is made for. Only the program and its format have no default. */
export interface ArrayUnitOptions {
  /** Name of a program, for example `multiply`; see `programNames`. */
  readonly program: string;
  /** Number format, for example `bf16` or `uint8`. */
  readonly format: string;
  /** Default `exact`. */
  readonly variant?: Variant;
  /** Numbers that are computed at once; default 256. */
  readonly lanes?: number;
  /** Lines of cells, to 512; default: the smallest power of two that holds the program. */
  readonly lines?: number;
  /** Default `fpga`. */
  readonly body?: ArrayShape['body'];
  /** Cycles of the array's operations; default 1 each. Not beside `device`. */
  readonly timing?: Partial<Pick<ArrayShape, 'readCycles' | 'writeCycles' | 'searchCycles'>>;
  /** A known device by name, or a description: its times give the cycles. */
  readonly device?: string | Device;
  /** Clock period in ns for the device's times; default 10. */
  readonly clockNs?: number;
  /** The instruction memory has a write port, and so many words; default: a ROM. Body `asic` always has the port. */
  readonly loadableWords?: number;
  /** Name of the Verilog module; default `array_<program>_<format>`. */
  readonly top?: string;
}

/** Options with everything settled. */
export interface ResolvedUnit {
  readonly top: string;
  readonly variant: Variant;
  /** With the LOADs and STOREs that bring the operands in and the result out. */
  readonly program: Program;
  readonly array: ArrayShape;
  readonly device: { readonly name: string; readonly clockNs: number } | null;
  readonly loadableWords: number | undefined;
}

const defaultLanes = 256;
const defaultClockNs = 10;
const verilogName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @throws InputError, one line, for every option that cannot be */
export function resolveUnit(options: ArrayUnitOptions): ResolvedUnit {
  const { variant = 'exact', lanes = defaultLanes, body = 'fpga' } = options;
  const program = assembled(options, variant);
  const lines = options.lines ?? Math.max(2, 2 ** Math.ceil(Math.log2(program.lines)));
  whole('lanes', lanes, 1, 65536);
  whole('lines', lines, 2, addressableLines);
  if (lines < program.lines) {
    throw new InputError(
      'option',
      'lines',
      `${options.program} ${options.format} takes ${program.lines} lines, the array has ${lines}`,
      `give at least ${program.lines}`,
    );
  }
  const { cycles, device } = timingOf(options);
  return {
    top: topName(options),
    variant,
    program,
    array: { lines, lanes, ...cycles, ...needs(program, lines, options.loadableWords !== undefined), body },
    device,
    loadableWords: options.loadableWords,
  };
}

function assembled({ program, format }: ArrayUnitOptions, variant: Variant): Program {
  try {
    return withTransfers(buildProgram(program, format, 'sot-mram', variant));
  } catch (error) {
    if (error instanceof UnknownProgramError)
      throw new InputError('option', 'program', error.message, 'or see the list of programs', { cause: error });
    if (error instanceof FormatError)
      throw new InputError('option', 'format', error.message, 'give one of these', { cause: error });
    if (error instanceof AssemblyError)
      throw new InputError('option', 'program', error.message, 'choose a smaller format', { cause: error });
    throw error;
  }
}

/** What the program asks of the array; one whose program can be replaced is made for any. */
function needs(program: Program, lines: number, any: boolean): Pick<ArrayShape, 'searchLines' | 'moves'> {
  if (any) return { searchLines: Math.min(32, lines), moves: true };
  let [searchLines, moves] = [1, false];
  const visit = (nodes: Program['body']): void => {
    for (const node of nodes) {
      if (node.kind === 'loop') visit(node.body);
      else if (node.instruction.kind === 'search') searchLines = Math.max(searchLines, node.instruction.length);
      else if (node.instruction.kind === 'move') moves = true;
    }
  };
  visit(program.body);
  return { searchLines, moves };
}

type Cycles = Pick<ArrayShape, 'readCycles' | 'writeCycles' | 'searchCycles'>;

function timingOf({ device, clockNs, timing }: ArrayUnitOptions): { cycles: Cycles; device: ResolvedUnit['device'] } {
  if (device === undefined) {
    if (clockNs !== undefined) {
      throw new InputError('option', 'clock', 'means nothing without a device', 'name a device too');
    }
    const cycles = { readCycles: 1, writeCycles: 1, searchCycles: 1, ...timing };
    for (const [name, value] of Object.entries(cycles)) whole(name, value, 1, 1000);
    return { cycles, device: null };
  }
  if (timing !== undefined) {
    throw new InputError('option', 'timing', 'is given beside a device, which has its own', 'leave one of them out');
  }
  try {
    const known = typeof device === 'string' ? deviceByName(device) : device;
    const period = clockNs ?? defaultClockNs;
    const { readCycles, writeCycles, searchCycles } = arrayTiming(known, period);
    return { cycles: { readCycles, writeCycles, searchCycles }, device: { name: known.name, clockNs: period } };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new InputError('option', 'device', error.message, 'check the device and the clock', { cause: error });
  }
}

function whole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new InputError('option', name, `is ${value}`, `give a whole number from ${least} to ${most}`);
}

function topName({ top, program, format }: ArrayUnitOptions): string {
  const name = top ?? `array_${program}_${format}`.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_');
  if (verilogName.test(name)) return name;
  throw new InputError('option', 'top', `'${name}' is no Verilog name`, 'use letters, digits and _, a letter first');
}
