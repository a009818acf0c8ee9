import { bits, type Bits, bitsFor } from '../../src/hdl/index.js';
import type { SubarrayBody } from '../subarray.js';

/** An array of L lines × N lanes that computes: what it holds, what it can do, how long that takes. */
export interface ArrayShape {
  /** Lines of cells, 2 to 512, which is what an instruction word addresses. */
  readonly lines: number;
  /** Lanes: bits of a line, at least 1. */
  readonly lanes: number;
  /** Clock cycles of sensing a line, at least 1. */
  readonly readCycles: number;
  /** Clock cycles of a write pulse, at least 1. */
  readonly writeCycles: number;
  /** Clock cycles of a search, at least 1. */
  readonly searchCycles: number;
  /** Lines that one search compares at most, 1 to 32. */
  readonly searchLines: number;
  /** A line can be moved to other lanes; this needs a shifter as wide as the array. */
  readonly moves: boolean;
  readonly body: SubarrayBody;
}

/** Lines that an instruction word can address. */
export const addressableLines = 512;
/** Lines that one step writes at most. */
export const targetsPerStep = 3;
/** Lines that a search word can compare at most. */
export const linesPerSearch = 32;

/** The type of a line's number in an instruction. */
export function lineNumber(): Bits {
  return bits(bitsFor(addressableLines));
}

/** The type of one line of cells: bit j belongs to lane j. */
export function lineContent({ lanes }: Pick<ArrayShape, 'lanes'>): Bits {
  return bits(lanes);
}

/** Bits of a line's number within the array. */
export function lineBits({ lines }: Pick<ArrayShape, 'lines'>): number {
  return bitsFor(lines);
}

/** Cycles of a write pulse on so many lines. Block memory reads a line before it writes it back, one after the other. */
export function writePhase({ body, writeCycles }: Pick<ArrayShape, 'body' | 'writeCycles'>, targets: number): number {
  return body === 'fpga' ? Math.max(writeCycles, targets + 1) : writeCycles;
}

/** Cycles of a search over so many lines. Block memory reads one line a cycle and compares it in the next. */
export function searchPhase({ body, searchCycles }: Pick<ArrayShape, 'body' | 'searchCycles'>, lines: number): number {
  return body === 'fpga' ? Math.max(searchCycles, lines + 1) : searchCycles;
}

/** The most cycles that any phase of an instruction takes. */
export function longestPhase(shape: ArrayShape): number {
  return Math.max(shape.readCycles, writePhase(shape, targetsPerStep), searchPhase(shape, shape.searchLines));
}

/** @throws {RangeError} one line that names every fault of the shape and what to do. */
export function checkedArray(shape: ArrayShape): ArrayShape {
  const faults: string[] = [];
  const whole = (name: keyof ArrayShape, least: number, most = Number.MAX_SAFE_INTEGER): void => {
    const value = shape[name];
    if (Number.isInteger(value) && Number(value) >= least && Number(value) <= most) return;
    const range = most === Number.MAX_SAFE_INTEGER ? `of at least ${least}` : `from ${least} to ${most}`;
    faults.push(`${name} is ${String(value)}; give a whole number ${range}`);
  };
  whole('lines', 2, addressableLines);
  whole('lanes', 1);
  whole('readCycles', 1);
  whole('writeCycles', 1);
  whole('searchCycles', 1);
  whole('searchLines', 1, linesPerSearch);
  if (shape.searchLines > shape.lines) {
    faults.push(`searchLines is ${shape.searchLines}, but the array has ${shape.lines} lines; give at most these`);
  }
  if (faults.length > 0) throw new RangeError(`array: ${faults.join('. ')}`);
  return shape;
}

/** Name of the Verilog module: size, then what differs from an array whose operations take a cycle each. */
export function arrayName({ lines, lanes, body, moves, ...shape }: ArrayShape): string {
  const { readCycles, writeCycles, searchCycles, searchLines } = shape;
  return [
    `array_${lines}x${lanes}`,
    `search${searchLines}`,
    ...(moves ? ['moves'] : []),
    ...(Math.max(readCycles, writeCycles, searchCycles) > 1 ? [`r${readCycles}w${writeCycles}s${searchCycles}`] : []),
    ...(body === 'behavioural' ? [] : [body]),
  ].join('_');
}
