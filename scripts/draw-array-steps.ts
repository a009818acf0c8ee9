/** Draws `docs/array-steps.svg`, one bit of an addition in the array, as the interpreter runs it: `npx tsx scripts/draw-array-steps.ts [file]`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bit, fieldPlace, Interpreter, type Program, SotAssembler } from '../src/program/index.js';

const lanes = 8;
const [cell, gap, left, top] = [20, 34, 78, 66];
const lineNames = ['a', 'b', 'carry → sum', 'carry out'];
const panelWidth = lanes * cell + gap;

/** Full addition that keeps both operands: four steps on four cells. */
function fullAdder(): Program {
  const asm = new SotAssembler('full adder');
  const [a, b, carry] = ['a', 'b', 'carry'].map((name) => bit(asm.input(name, 1), 0)) as [number, number, number];
  asm.addBit(a, b, carry, bit(asm.output('carry out', 1), 0));
  return asm.finish();
}

interface Panel {
  readonly title: string;
  readonly cells: readonly (readonly number[])[];
  readonly sensed: number;
  readonly written: readonly number[];
}

/** The array before the program and after each step, every combination of inputs in a lane of its own. */
function panels(program: Program): Panel[] {
  const interpreter = new Interpreter(program);
  const state = interpreter.createState(lanes);
  for (const [index, name] of ['a', 'b', 'carry'].entries()) {
    const values = Array.from({ length: lanes }, (_, lane) => (lane >> index) & 1);
    state.writeNumbers(fieldPlace(program, name), values);
  }
  const cells = (): number[][] =>
    lineNames.map((_, line) => Array.from({ length: lanes }, (_lane, lane) => (state.line(line)[0]! >>> lane) & 1));
  const result: Panel[] = [{ title: 'operands', cells: cells(), sensed: -1, written: [] }];
  for (const instruction of interpreter.trace) {
    if (instruction.kind !== 'step') throw new Error(`a full addition has a ${instruction.kind}`);
    const strides = [instruction.sense, ...instruction.targets].map(() => []);
    const body = [{ kind: 'instruction', section: '', instruction, strides }] as const;
    new Interpreter({ ...program, body }).run(state);
    const source = `${instruction.data === 'complement' ? 'not ' : ''}${lineNames[instruction.sense]!.split(' ')[0]!}`;
    result.push({
      title: `${instruction.operation.toUpperCase()} by ${source}`,
      cells: cells(),
      sensed: instruction.sense,
      written: instruction.targets,
    });
  }
  return result;
}

function text(x: number, y: number, content: string, attributes = ''): string {
  return `<text x="${x}" y="${y}" ${attributes}>${content}</text>`;
}

function draw(all: readonly Panel[]): string {
  const parts: string[] = [];
  const width = left + all.length * panelWidth;
  const height = top + lineNames.length * cell + 56;
  for (const [line, name] of lineNames.entries()) {
    parts.push(text(left - 8, top + line * cell + 14, name, 'text-anchor="end"'));
  }
  for (const [index, panel] of all.entries()) {
    const x = left + index * panelWidth;
    parts.push(text(x, top - 34, index === 0 ? 'before' : `step ${index}`, 'font-weight="bold"'));
    parts.push(text(x, top - 16, panel.title, 'fill="#444"'));
    for (const [line, cells] of panel.cells.entries()) {
      const y = top + line * cell;
      for (const [lane, value] of cells.entries()) {
        const changed = index > 0 && all[index - 1]!.cells[line]![lane] !== value;
        const fill = value === 1 ? (changed ? '#d9541e' : '#2b5d8a') : changed ? '#fbd9c9' : '#f4f6f8';
        parts.push(
          `<rect x="${x + lane * cell}" y="${y}" width="${cell}" height="${cell}" fill="${fill}" stroke="#9aa7b3" stroke-width="0.6"/>`,
          text(
            x + lane * cell + cell / 2,
            y + 14,
            String(value),
            `text-anchor="middle" fill="${value === 1 ? '#fff' : '#667'}"`,
          ),
        );
      }
      const mark = line === panel.sensed ? '#1f8a4c' : panel.written.includes(line) ? '#d9541e' : undefined;
      if (mark === undefined) continue;
      parts.push(
        `<rect x="${x - 1}" y="${y + 1}" width="${lanes * cell + 2}" height="${cell - 2}" fill="none" stroke="${mark}" stroke-width="2"/>`,
        text(x + lanes * cell + 5, y + 14, line === panel.sensed ? 'S' : 'W', `fill="${mark}" font-weight="bold"`),
      );
    }
  }
  const legend =
    'S: the sensed line. W: a written line; orange cells have switched. A column is a lane, and all lanes act at once.';
  parts.push(text(left, height - 16, legend, 'fill="#444"'));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="Helvetica, Arial, sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...parts,
    '</svg>',
    '',
  ].join('\n');
}

const file = process.argv[2] ?? fileURLToPath(new URL('../docs/array-steps.svg', import.meta.url));
writeFileSync(file, draw(panels(fullAdder())));
