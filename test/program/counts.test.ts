import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  aritPimCycles,
  buildProgram,
  countProgram,
  floatPimFormula,
  paperFormula,
  publishedCounts,
  summariseProgram,
} from '../../src/program/index.js';
import { bf16, fp32 } from '../../src/number/index.js';

const steps = (...program: Parameters<typeof buildProgram>): number => countProgram(buildProgram(...program)).steps;

describe('conditional writes', () => {
  test('a full addition takes four steps, four reads and six cell writes a bit', () => {
    for (const width of [1, 8, 24, 64]) {
      const counts = countProgram(buildProgram('add', `uint${width}`));
      // One step clears the first carry.
      expect(counts).toMatchObject({
        steps: 4 * width + 1,
        reads: 4 * width,
        cellWrites: 6 * width + 1,
        scratchLines: 0,
      });
    }
  });

  test('exact fp32 stays under a third of what AritPIM needs without subnormals, infinities and NaN', () => {
    const { add, multiply } = aritPimCycles['fp32']!;
    expect(steps('add', 'fp32')).toBeLessThan(add / 3);
    expect(steps('multiply', 'fp32')).toBeLessThan(multiply / 3);
    expect(steps('add', 'fp32', 'sot-mram', 'exact', { alignment: 'sweep' })).toBeLessThan(add / 3);
  });

  test('counts agree with each other', () => {
    const counts = countProgram(buildProgram('multiply', 'bf16'));
    expect(counts.writes + counts.searches).toBe(counts.steps);
    expect(Object.values<number>({ ...counts.cellWritesByKind }).reduce((sum, count) => sum + count, 0)).toBe(
      counts.cellWrites,
    );
    expect(counts.lines).toBe(3 * 16 + counts.scratchLines);
  });
});

describe('NOR, where initialising an output cell is a step', () => {
  test.each([8, 16, 32])('a ripple adder of %i bits takes as many cycles as AritPIM: nine gates a bit', (width) => {
    expect(steps('add', `uint${width}`, 'nor')).toBe(aritPimCycles[`uint${width}`]!.add);
  });

  test.each([8, 16])('a multiplier of %i bits takes N − 1 cycles less than AritPIM', (width) => {
    const published = aritPimCycles[`uint${width}`]!.multiply;
    expect(published).toBe(20 * width * width - 12 * width - 1);
    expect(steps('multiply', `uint${width}`, 'nor')).toBe(published - (width - 1));
  });

  test('half of all gate steps initialise', () => {
    const { cellWritesByKind } = countProgram(buildProgram('add', 'uint16', 'nor'));
    expect(cellWritesByKind.nor).toBe(9 * 16);
    expect(cellWritesByKind.initialise).toBe(9 * 16 + 1);
  });
});

describe('published formulas', () => {
  test('stand beside the counted program, never in its place', () => {
    const summary = summariseProgram('multiply', 'FP32');
    expect(summary).toMatchObject({
      name: 'multiply',
      format: 'fp32',
      variant: 'exact',
      paperFormula: { reads: 1258.5 },
    });
    expect(summary.steps).toBe(steps('multiply', 'fp32'));
    expect(summary.published.map((count) => count.standing)).toContain('recalled');
    expect(summariseProgram('multiply', 'uint8')).not.toHaveProperty('paperFormula');
    expect(summariseProgram('multiply', 'uint8')).not.toHaveProperty('variant');
  });

  test('are evaluated as written', () => {
    expect(paperFormula('add', fp32)).toMatchObject({ reads: 218, writes: 217, searches: 50, standing: 'recalled' });
    expect(paperFormula('multiply', fp32)).toMatchObject({ reads: 1258.5, writes: 1258.5, searches: 0 });
    expect(paperFormula('multiply', fp32, 'worst case')).toMatchObject({ reads: 2316.5, standing: 'derived' });
    expect(floatPimFormula('add', bf16)).toMatchObject({ steps: 313, searches: 15 });
    expect(floatPimFormula('multiply', bf16)).toMatchObject({ steps: 360 });
  });

  test('are listed with source and standing', () => {
    const names = publishedCounts('multiply', 'fp32', fp32).map((count) => count.name);
    expect(names).toEqual(['paper formula', 'paper formula, worst case', 'FloatPIM formula', 'AritPIM', 'BitSIMD']);
    for (const count of publishedCounts('add', 'fp32', fp32)) expect(count.source).not.toBe('');
    expect(publishedCounts('square', 'uint8', undefined)).toEqual([]);
  });
});

test('the table of the README is what is counted', () => {
  const readme = readFileSync(new URL('../../src/program/README.md', import.meta.url), 'utf8');
  const rows = [...readme.matchAll(/^\| ([a-z-]+) ([a-z]+\d\w*) \|([\d |]+)\|$/gm)];
  expect(rows.length).toBeGreaterThan(10);
  for (const [, name, format, numbers] of rows) {
    const exact = countProgram(buildProgram(name!, format!));
    const { reads, writes, searches, cellWrites, scratchLines, words } = exact;
    expect(numbers!.split('|').map(Number), `${name!} ${format!}`).toEqual([
      ...[exact.steps, reads, writes, searches, cellWrites, scratchLines, words],
      steps(name!, format!, 'sot-mram', 'flush'),
      steps(name!, format!, 'nor'),
      steps(name!, format!, 'nor', 'flush'),
    ]);
  }
});
