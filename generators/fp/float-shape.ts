/** A floating-point format as plain data: sign, biased exponent, stored fraction. */
export interface FloatShape {
  /** 2 to 11 bits; the bias is 2^(exponentBits - 1) - 1. */
  readonly exponentBits: number;
  /** 1 to 52 bits; the significand has one bit more. */
  readonly fractionBits: number;
  /** False for OCP E4M3: the top exponent holds numbers, and all ones below the sign is the only NaN. */
  readonly hasInfinity: boolean;
}

/** Rounding modes by the number that RISC-V gives them. */
export type RoundingNumber = 0 | 1 | 2 | 3 | 4;

/** What every unit has in common. Plain data: equal options give the same module. */
export interface UnitOptions {
  readonly format: FloatShape;
  /** Registers from input to result, and the latency in cycles; 0 is combinational. */
  readonly stages: number;
  /** Fixes the rounding mode and leaves out the port; absent, the mode is an input. */
  readonly rounding?: RoundingNumber;
  /** True: subnormal inputs count as zeros, tiny results become zeros. */
  readonly flush: boolean;
  /** True: overflow gives the largest finite value. */
  readonly saturate: boolean;
  /** False leaves out the port `flags` and its logic. */
  readonly flags: boolean;
  /** `stream`: ready and valid on both sides; `enable`: all registers move while `enable` is 1. */
  readonly handshake: 'stream' | 'enable';
}

export function widthOf(format: FloatShape): number {
  return 1 + format.exponentBits + format.fractionBits;
}

/** Bits of the significand, the hidden one included. */
export function precisionOf(format: FloatShape): number {
  return format.fractionBits + 1;
}

export function biasOf(format: FloatShape): number {
  return 2 ** (format.exponentBits - 1) - 1;
}

/** The format's name as part of a module's: `e8m23`, and `ocp_e4m3` for the one without infinities. */
export function shapeName({ exponentBits, fractionBits, hasInfinity }: FloatShape): string {
  return `${hasInfinity ? '' : 'ocp_'}e${exponentBits}m${fractionBits}`;
}
