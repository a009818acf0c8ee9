import { z } from 'zod';
import type { Program, ProgramNode } from './program.js';
import { commands } from './sequencer.js';
import { encode } from './word.js';

/** A saved program that cannot be read. */
export class ProgramFileError extends Error {
  override readonly name = 'ProgramFileError';
}

const line = z.int().min(0);
const lanes = z.enum(['all', 'matched', 'unmatched']);
const instruction = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('step'),
    sense: z.int().min(-1),
    operation: z.enum(['set', 'reset', 'toggle', 'copy']),
    data: z.enum(['sensed', 'complement', 'zero', 'one']),
    lanes,
    targets: z.array(line).min(1),
  }),
  z.strictObject({
    kind: z.literal('search'),
    line,
    length: z.int().min(1).max(32),
    key: z.int().min(0),
    combine: z.enum(['set', 'and', 'or']),
    invert: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('mask'), change: z.enum(['all', 'invert']) }),
  z.strictObject({ kind: z.literal('load'), target: line }),
  z.strictObject({ kind: z.literal('store'), sense: line }),
  z.strictObject({
    kind: z.literal('move'),
    motion: z.enum(['shift', 'broadcast']),
    amount: z.int(),
    sense: line,
    target: line,
  }),
  z.strictObject({ kind: z.literal('nor'), inputs: z.array(line).min(1).max(2), output: line }),
  z.strictObject({ kind: z.literal('initialise'), value: z.union([z.literal(0), z.literal(1)]), output: line }),
]);
const node: z.ZodType<ProgramNode> = z.lazy(() =>
  z.discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('instruction'),
      section: z.string(),
      instruction,
      strides: z.array(z.array(z.int())),
    }),
    z.strictObject({ kind: z.literal('loop'), count: z.int().min(1), body: z.array(node) }),
  ]),
);
const program = z.strictObject({
  name: z.string(),
  target: z.enum(['sot-mram', 'nor']),
  lines: z.int().min(1),
  scratchLines: z.int().min(0),
  fields: z.array(
    z.strictObject({ name: z.string(), role: z.enum(['input', 'output']), base: line, width: z.int().min(1) }),
  ),
  body: z.array(node),
});

/** A program as JSON text, one that `readProgram` reads back to the same value. */
export function saveProgram(saved: Program): string {
  return `${JSON.stringify(saved, undefined, 1)}\n`;
}

/** Reads what `saveProgram` wrote. @throws {ProgramFileError} that names what is wrong and where in the text's structure. */
export function readProgram(text: string): Program {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new ProgramFileError(`a saved program is not JSON: ${error.message}`, { cause: error });
  }
  const result = program.safeParse(data);
  if (!result.success) throw new ProgramFileError(`a saved program is damaged: ${z.prettifyError(result.error)}`);
  return result.data;
}

/**
 * The instruction memory as text for `$readmemh`: one word of 16 hexadecimal digits a line, with a comment each for
 * people. The same program gives the same bytes.
 */
export function programImage(source: Program): string {
  const lines = commands(source).map((command) => {
    const word = encode(command).toString(16).padStart(16, '0');
    return `${word} // ${command.kind === 'array' ? command.instruction.kind : command.kind}`;
  });
  return `${lines.join('\n')}\n`;
}
