import { expect, test } from 'vitest';
import { longestRun, placeRegisters, StageError } from '../../../generators/fp/place-registers.js';

const steps = (levels: readonly number[]) => levels.map((count, index) => ({ name: `step_${index}`, levels: count }));

test.each<readonly [readonly number[], number, readonly number[]]>([
  [[3, 3, 3, 3], 0, []],
  [[3, 3, 3, 3], 1, [2]],
  [[3, 3, 3, 3], 3, [1, 2, 3]],
  [[3, 3, 3, 3], 4, [1, 2, 3, 4]],
  [[1, 1, 8, 1, 1], 2, [2, 3]],
  [[6, 1, 1, 1, 1, 1], 1, [1]],
  [[5, 1, 1, 1, 1, 1], 2, [1, 3]],
])('levels %j with %d registers', (levels, registers, cuts) => {
  expect([...placeRegisters(steps(levels), registers)]).toEqual(cuts);
});

/** Every way to choose the cuts, tried out. */
function shortestByTrial(levels: readonly number[], registers: number): number {
  let shortest = Infinity;
  for (let choice = 0; choice < 2 ** levels.length; choice += 1) {
    let run = 0;
    let longest = 0;
    let placed = 0;
    for (const [index, count] of levels.entries()) {
      run += count;
      longest = Math.max(longest, run);
      if (((choice >> index) & 1) === 0) continue;
      placed += 1;
      run = 0;
    }
    if (placed === registers) shortest = Math.min(shortest, longest);
  }
  return shortest;
}

test('the longest run is the shortest possible', () => {
  const levels = [2, 7, 1, 4, 4, 3, 9, 1, 2];
  for (let registers = 0; registers <= levels.length; registers += 1) {
    const best = shortestByTrial(levels, registers);
    expect(longestRun(steps(levels), registers)).toBe(best);
    let run = 0;
    const cuts = placeRegisters(steps(levels), registers);
    expect(cuts.size).toBe(registers);
    for (const [index, count] of levels.entries()) {
      run = cuts.has(index) ? count : run + count;
      expect(run).toBeLessThanOrEqual(best);
    }
  }
});

test('stages that cannot be filled', () => {
  expect(() => placeRegisters(steps([1, 2]), 3)).toThrow(StageError);
  expect(() => placeRegisters(steps([1, 2]), -1)).toThrow(
    '-1 pipeline stages cannot be filled; this unit takes from 0 to 2',
  );
});
