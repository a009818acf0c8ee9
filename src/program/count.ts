import type { Program } from './program.js';
import { unroll } from './roll.js';
import { programWords } from './sequencer.js';

/** Writes by the operation that makes them. */
export interface WritesByKind {
  readonly set: number;
  readonly reset: number;
  readonly toggle: number;
  readonly copy: number;
  /** NOR gates: conditional switching of an initialised output. */
  readonly nor: number;
  /** Constants written for NOR. */
  readonly initialise: number;
  /** Lines written from outside or from other lanes. */
  readonly external: number;
}

export interface ProgramCounts {
  /** Instructions that the array executes, searches and mask operations included; loop control is not the array's. */
  readonly steps: number;
  /** Steps that sense a line; a NOR gate counts as one. */
  readonly reads: number;
  /** Steps that write at least one line. */
  readonly writes: number;
  /** Cells written in one lane if its mask bit is always 1: lines written, over all steps. */
  readonly cellWrites: number;
  readonly cellWritesByKind: WritesByKind;
  readonly searches: number;
  /** Bits compared in one lane, over all searches. */
  readonly searchedBits: number;
  /** Different lines that are ever searched; where a search cell is two cells, each of these has a second. */
  readonly searchedLines: number;
  /** Most lines in use at once besides those of inputs and output. */
  readonly scratchLines: number;
  /** All lines that the program touches. */
  readonly lines: number;
  /** 64-bit words of the program with its loops. */
  readonly words: number;
}

/** Counts what a program does in one run. Data decides nothing: lanes in lock step all take the longest way. */
export function countProgram(program: Program): ProgramCounts {
  const kinds = { set: 0, reset: 0, toggle: 0, copy: 0, nor: 0, initialise: 0, external: 0 };
  const counts = { steps: 0, reads: 0, writes: 0, searches: 0, searchedBits: 0 };
  const searched = new Set<number>();
  for (const { instruction } of unroll(program.body)) {
    counts.steps++;
    switch (instruction.kind) {
      case 'step':
        if (instruction.sense >= 0) counts.reads++;
        counts.writes++;
        kinds[instruction.operation] += instruction.targets.length;
        break;
      case 'search':
        counts.searches++;
        counts.searchedBits += instruction.length;
        for (let i = 0; i < instruction.length; i++) searched.add(instruction.line + i);
        break;
      case 'nor':
        counts.reads++;
        counts.writes++;
        kinds.nor++;
        break;
      case 'initialise':
        counts.writes++;
        kinds.initialise++;
        break;
      case 'load':
        counts.writes++;
        kinds.external++;
        break;
      case 'move':
        counts.reads++;
        counts.writes++;
        kinds.external++;
        break;
      case 'store':
        counts.reads++;
        break;
      case 'mask':
        break;
    }
  }
  return {
    ...counts,
    cellWrites: Object.values(kinds).reduce((sum, count) => sum + count, 0),
    cellWritesByKind: kinds,
    searchedLines: searched.size,
    scratchLines: program.scratchLines,
    lines: program.lines,
    words: programWords(program).length,
  };
}
