import type { Instruction } from './instruction.js';
import type { Program, ProgramNode } from './program.js';
import { countProgram } from './count.js';

/**
 * A program as text: fields, counts, then one instruction a line under the names of its sections. A line that moves in
 * loops is written as `12+i−2j`, i, j, k, l counting the turns of the loops from the outermost.
 */
export function listProgram(program: Program): string {
  const counts = countProgram(program);
  const lines = [
    `program ${program.name}  (${program.target})`,
    ...program.fields.map(
      ({ name, role, base, width }) => `  ${role.padEnd(6)} ${name.padEnd(12)} lines ${base}…${base + width - 1}`,
    ),
    `  ${counts.steps} steps: ${counts.reads} reads, ${counts.writes} writes, ${counts.searches} searches; ` +
      `${counts.scratchLines} scratch lines, ${counts.words} words`,
    '',
  ];
  let section = '';
  const visit = (node: ProgramNode, nest: number): void => {
    const indent = '  '.repeat(nest + 1);
    if (node.kind === 'loop') {
      lines.push(`${indent}repeat ${node.count} (${turnNames[nest]}) {`);
      for (const child of node.body) visit(child, nest + 1);
      lines.push(`${indent}}`);
      return;
    }
    if (node.section !== section) {
      section = node.section;
      lines.push(`${indent}; ${section}`);
    }
    lines.push(`${indent}${instructionText(node.instruction, node.strides)}`);
  };
  for (const node of program.body) visit(node, 0);
  return `${lines.join('\n')}\n`;
}

const turnNames = 'ijklmn';

function lineText(line: number, strides: readonly number[] | undefined): string {
  const outermostFirst = [...(strides ?? [])].reverse();
  const moves = outermostFirst.map((stride, nest) => {
    if (stride === 0) return '';
    const size = Math.abs(stride) === 1 ? '' : String(Math.abs(stride));
    return `${stride < 0 ? '−' : '+'}${size}${turnNames[nest]}`;
  });
  return `${line}${moves.join('')}`;
}

const assignments = { set: '|=', reset: '&=', toggle: '^=', copy: '=' } as const;

/** One instruction as text, for example `sense 3: 17, 18 ^= s  [matched]`. */
export function instructionText(instruction: Instruction, strides: readonly (readonly number[])[] = []): string {
  switch (instruction.kind) {
    case 'step': {
      const { sense, operation, data, lanes, targets } = instruction;
      const first = sense < 0 ? 0 : 1;
      const written = targets.map((line, i) => lineText(line, strides[i + first])).join(', ');
      const inverted = (data === 'complement') !== (operation === 'reset');
      const value = data === 'zero' ? '0' : data === 'one' ? '1' : inverted ? '~s' : 's';
      const head = sense < 0 ? '' : `sense ${lineText(sense, strides[0])}: `;
      return `${head}${written} ${assignments[operation]} ${value}${lanes === 'all' ? '' : `  [${lanes}]`}`;
    }
    case 'search': {
      const { line, length, key, combine, invert } = instruction;
      const first = lineText(line, strides[0]);
      const span = length === 1 ? first : `${first}…${lineText(line + length - 1, strides[0])}`;
      const assign = { set: '=', and: '&=', or: '|=' }[combine];
      return `mask ${assign} (${span} ${invert ? '≠' : '='} ${key.toString(2).padStart(length, '0')})`;
    }
    case 'mask':
      return instruction.change === 'all' ? 'mask = 1' : 'mask = ~mask';
    case 'load':
      return `load ${lineText(instruction.target, strides[0])}`;
    case 'store':
      return `store ${lineText(instruction.sense, strides[0])}`;
    case 'move': {
      const target = lineText(instruction.target, strides[1]);
      const source = lineText(instruction.sense, strides[0]);
      return instruction.motion === 'broadcast'
        ? `${target} = lane ${instruction.amount} of ${source}`
        : `${target} = ${source} moved by ${instruction.amount} lanes`;
    }
    case 'nor': {
      const inputs = instruction.inputs.map((line, i) => lineText(line, strides[i]));
      return `${lineText(instruction.output, strides[inputs.length])} = nor(${inputs.join(', ')})`;
    }
    case 'initialise':
      return `${lineText(instruction.output, strides[0])} = ${instruction.value}`;
  }
}
