import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Simulation } from '../../sim/index.js';
import { InputError } from '../build/input-error.js';
import type { Manifest } from '../build/manifest.js';
import type { Design } from '../build/read-design.js';

/** Fields of a beat of the stream `program`, from the highest bits of a line to the lowest. */
const fields = ['array', 'row', 'data'] as const;

/**
 * Writes the rows of a design of macros through its stream `program`, as a user does after power-up, and resets it: rows
 * survive that, and its first image meets the same state as in any other design. Does nothing for other designs.
 */
export function programMacros(simulation: Simulation, design: Design): void {
  const { folder, manifest } = design;
  const entry = manifest.files.find(({ kind }) => kind === 'program');
  if (entry === undefined) return;
  const path = join(folder, entry.file);
  const data = parseProgram(readFileSync(path, 'utf8'), widthsOf(manifest), path);
  const { readCycles, writeCycles } = manifest.geometry;
  const beats = data.array.length;
  simulation.run({
    sources: { program: { data } },
    maxCycles: Math.min(2 ** 32 - 1, 2 * beats * writeCycles + 1000),
    idleCycles: 10 * writeCycles + 1000,
  });
  // The last row is taken, but not written yet; and a reset lasts as long as the longest operation.
  simulation.step(writeCycles);
  simulation.reset(Math.max(readCycles, writeCycles));
}

type Widths = Readonly<Record<(typeof fields)[number], number>>;
type ProgramBeats = Record<(typeof fields)[number], bigint[]>;

function widthsOf({ ports }: Manifest): Widths {
  const width = (field: string) => ports.find(({ name }) => name === `program_${field}`)?.width ?? 0;
  return { array: width('array'), row: width('row'), data: width('data') };
}

/**
 * Takes the lines of `program.hex` apart.
 *
 * @throws InputError with the line's number where a line is no number of the stream's width
 */
export function parseProgram(text: string, widths: Widths, path: string): ProgramBeats {
  const total = fields.reduce((sum, field) => sum + widths[field], 0);
  const beats: ProgramBeats = { array: [], row: [], data: [] };
  for (const [index, line] of text.trimEnd().split('\n').entries()) {
    const word = /^[0-9a-f]+$/i.test(line) ? BigInt(`0x${line}`) : undefined;
    if (word === undefined || word >> BigInt(total) !== 0n) {
      throw new InputError(
        'design',
        path,
        `line ${index + 1} is no hexadecimal number of ${total} bits`,
        'correct it or generate the design again',
      );
    }
    let above = total;
    for (const field of fields) {
      above -= widths[field];
      beats[field].push(BigInt.asUintN(widths[field], word >> BigInt(above)));
    }
  }
  return beats;
}
