/** A memory image for `$readmemh`: one word a line, all of the same number of digits. */
export function imageText(words: readonly bigint[], width: number): string {
  const digits = Math.ceil(width / 4);
  return words.map((word) => `${word.toString(16).padStart(digits, '0')}\n`).join('');
}
