import {
  exponentBitsRange,
  type FloatFormat,
  FormatError,
  fractionBitsRange,
  ieeeFormat,
  namedFormats,
} from './format.js';

/**
 * Reads a format's name: one of `namedFormats`, or `e<E>m<M>` or `fp<E>_<M>` for an IEEE-like format with E exponent
 * and M fraction bits. Case is ignored. `e4m3` is the OCP format; `fp4_3` is the IEEE-like one of the same widths.
 * Throws FormatError, naming what is allowed.
 */
export function parseFormat(text: string): FloatFormat {
  const name = text.trim().toLowerCase();
  const named = namedFormats.find((format) => format.name === name);
  if (named !== undefined) return named;
  const widths = /^e(\d{1,2})m(\d{1,2})$/.exec(name) ?? /^fp(\d{1,2})_(\d{1,2})$/.exec(name);
  if (widths !== null) {
    const [exponentBits, fractionBits] = [Number(widths[1]), Number(widths[2])];
    if (inRange(exponentBits, exponentBitsRange) && inRange(fractionBits, fractionBitsRange)) {
      const known = namedFormats.find(
        (format) => format.hasInfinity && format.exponentBits === exponentBits && format.fractionBits === fractionBits,
      );
      return known ?? ieeeFormat(exponentBits, fractionBits);
    }
  }
  throw new FormatError(
    `unknown number format '${text}'; allowed: ${namedFormats.map((format) => format.name).join(', ')}, ` +
      `e<E>m<M> or fp<E>_<M> with E from ${exponentBitsRange.smallest} to ${exponentBitsRange.largest} ` +
      `and M from ${fractionBitsRange.smallest} to ${fractionBitsRange.largest}`,
  );
}

function inRange(value: number, range: { readonly smallest: number; readonly largest: number }): boolean {
  return value >= range.smallest && value <= range.largest;
}
