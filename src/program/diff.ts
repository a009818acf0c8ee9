import type { Program } from './program.js';
import { listProgram } from './listing.js';

/**
 * The difference of two programs, by their listings: lines that only the first has begin with `-`, lines that only the
 * second has with `+`. Empty when the listings agree.
 */
export function diffPrograms(first: Program, second: Program): string[] {
  const a = listProgram(first).split('\n');
  const b = listProgram(second).split('\n');
  // Length of the longest common subsequence of a[i …] and b[j …].
  const width = b.length + 1;
  const common = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i * width + j] =
        a[i] === b[j]
          ? common[(i + 1) * width + j + 1]! + 1
          : Math.max(common[(i + 1) * width + j]!, common[i * width + j + 1]!);
    }
  }
  const changes: string[] = [];
  let i = 0;
  let j = 0;
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      i++;
      j++;
    } else if (j >= b.length || (i < a.length && common[(i + 1) * width + j]! >= common[i * width + j + 1]!)) {
      changes.push(`-${a[i++]!}`);
    } else {
      changes.push(`+${b[j++]!}`);
    }
  }
  return changes;
}
