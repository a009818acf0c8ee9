import type { MemoryIr, ModuleIr } from '../ir.js';
import type { Locator } from '../locator.js';
import type { ModuleAnalysis } from './fan-in.js';
import { largestValue } from './reach.js';
import type { Named, Reporter } from './reporter.js';
import { rootExpressions, visitExpressions } from './walk.js';

/** Reports an image of the wrong length, or the first word that the memory cannot hold. */
export function checkImage(
  words: readonly bigint[],
  memory: MemoryIr,
  what: string,
  locator: Locator,
  reporter: Reporter,
): void {
  const name = reporter.name(memory);
  if (words.length !== memory.depth) {
    const message = `${what} has ${words.length} words, but memory ${name} has ${memory.depth}`;
    const hint = 'fill the image up with zeros, or change the depth';
    reporter.report('HDL0703', { message, locator, hint }, memory);
  }
  const limit = 1n << BigInt(memory.width);
  const wrong = words.findIndex((word) => word < 0n || word >= limit);
  if (wrong < 0) return;
  reporter.report(
    'HDL0706',
    {
      message: `word ${wrong} of ${what} is ${words[wrong]!}, but a word of memory ${name} has ${memory.width} bits`,
      locator,
      hint: `words are bit patterns from 0 to 2^${memory.width} - 1`,
    },
    memory,
  );
}

/** Memories without content, with a wrong image, or written by two clocks. */
export function checkMemories(analysis: ModuleAnalysis, reporter: Reporter): void {
  for (const memory of analysis.module.memories) {
    const name = reporter.name(memory);
    if (memory.image === undefined && memory.writes.length === 0) {
      const message = `memory ${name} has neither a write port nor an image`;
      reporter.report('HDL0701', { message, locator: memory.locator, hint: 'give it an image, or write it' }, memory);
    }
    if (memory.image !== undefined && memory.image.kind !== 'parameter') {
      checkImage(memory.image.words, memory, 'the image', memory.locator, reporter);
    }
    const [first, ...others] = memory.writes;
    const other = others.find(({ domain }) => analysis.clockOf(domain) !== analysis.clockOf(first!.domain));
    if (first === undefined || other === undefined) continue;
    const clocks = [first, other].map(({ domain }) => reporter.name(domain.clock));
    reporter.report(
      'HDL0704',
      {
        message: `memory ${name} is written by clock ${clocks[1]!} here and by clock ${clocks[0]!}`,
        locator: other.locator,
        notes: [{ message: `written by clock ${clocks[0]!}`, locator: first.locator }],
        hint: 'few targets have a memory with two write clocks; pass the data through a queue',
      },
      memory,
    );
  }
}

/** Selects whose index can point beyond the last element. */
export function checkSelects(module: ModuleIr, reporter: Reporter): void {
  const visited = new Set<Parameters<typeof visitExpressions>[0]>();
  for (const root of rootExpressions(module)) {
    visitExpressions(root, visited, (expression) => {
      if (expression.kind !== 'select') return;
      const { operand, index, stride, width } = expression;
      const largest = largestValue(index);
      if (largest * BigInt(stride) + BigInt(width) <= BigInt(operand.width)) return;
      const elements = Math.floor((operand.width - width) / stride) + 1;
      const concerned: Named[] = [operand, index].flatMap((part) => (part.kind === 'reference' ? [part.signal] : []));
      reporter.report(
        'HDL0705',
        {
          message: `the index can be ${largest}, but the last element is ${elements - 1}`,
          locator: expression.locator,
          hint: 'narrow the index, fill the operand up to a power of two elements, or tag the operand `index`',
        },
        ...concerned,
      );
    });
  }
}
