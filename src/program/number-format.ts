import { FormatError, parseFormat, type FloatFormat } from '../number/index.js';

/** What an operand's bits mean. */
export type NumberFormat =
  | { readonly kind: 'integer'; readonly name: string; readonly width: number; readonly signed: boolean }
  | { readonly kind: 'float'; readonly name: string; readonly width: number; readonly float: FloatFormat };

const widestInteger = 64;

/**
 * Reads a format: `int8` and `uint8` (1 to 64 bits), or a floating-point format as `parseFormat` knows it.
 *
 * @throws {FormatError} that names what is allowed.
 */
export function parseNumberFormat(text: string): NumberFormat {
  const name = text.trim().toLowerCase();
  const integer = /^(u?)int(\d{1,3})$/.exec(name);
  if (integer) {
    const width = Number(integer[2]);
    if (width < 1 || width > widestInteger) {
      throw new FormatError(`format '${text}' has ${width} bits; integers have 1 to ${widestInteger}`);
    }
    return { kind: 'integer', name, width, signed: integer[1] === '' };
  }
  try {
    const float = parseFormat(name);
    return { kind: 'float', name: float.name, width: float.width, float };
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    throw new FormatError(`${error.message}, or int<N> or uint<N> with N from 1 to ${widestInteger}`, { cause: error });
  }
}
