const lineFeed = 10;
const zero = 48;
/** The two hexadecimal digits of each byte. */
const digitPairs = Buffer.from(
  Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0')).join(''),
  'latin1',
);

/** Up to so many bits a word goes through numbers; above, the digits that the engine makes are faster. */
const limbBits = 64;

/** A memory image for `$readmemh`: one word a line, all of the same number of digits. Words are bit patterns. */
export function imageText(words: readonly bigint[], width: number): string {
  const digits = Math.ceil(width / 4);
  const text = Buffer.alloc(words.length * (digits + 1), zero);
  if (width <= limbBits) writeNarrow(text, words, digits);
  else {
    let line = 0;
    for (const word of words) {
      const hex = word.toString(16);
      text.write(hex, line + digits - hex.length, 'latin1');
      line += digits + 1;
      text[line - 1] = lineFeed;
    }
  }
  return text.toString('latin1');
}

function writeNarrow(text: Buffer, words: readonly bigint[], digits: number): void {
  const limb = new BigUint64Array(1);
  const bytes = new Uint8Array(limb.buffer);
  let line = 0;
  for (const word of words) {
    limb[0] = word;
    let end = line + digits;
    for (let byte = 0; end > line; byte++) {
      const pair = 2 * bytes[byte]!;
      text[--end] = digitPairs[pair + 1]!;
      if (end > line) text[--end] = digitPairs[pair]!;
    }
    line += digits + 1;
    text[line - 1] = lineFeed;
  }
}
