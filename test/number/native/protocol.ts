import { spawnSync } from 'node:child_process';

/**
 * What the campaign asks of an arithmetic that is not ours. A request has 32 bytes: format, operation and rounding mode
 * (a byte each, at 0, 1, 2) and three operands (64 bits, little-endian, at 8, 16, 24). An answer has 9: the result (64 bits) and
 * the flags.
 */

export const oracleFormats = ['fp16', 'fp32', 'fp64'] as const;
export type OracleFormat = (typeof oracleFormats)[number];

/** In the order of their codes. */
export const oracleOperations = [
  ...(['add', 'subtract', 'multiply', 'fusedMultiplyAdd', 'divide', 'squareRoot'] as const),
  ...(['equal', 'less', 'lessOrEqual', 'toFp16', 'toFp32', 'toFp64'] as const),
  ...(['toInt32', 'toUint32', 'toInt64', 'toUint64', 'fromInt32', 'fromUint32', 'fromInt64', 'fromUint64'] as const),
] as const;
export type OracleOperation = (typeof oracleOperations)[number];

export interface Request {
  readonly format: OracleFormat;
  readonly operation: OracleOperation;
  readonly mode: number;
  readonly operands: readonly [bigint, bigint, bigint];
}

export interface Answer {
  readonly bits: bigint;
  readonly flags: number;
}

/** Runs an oracle over all requests at once. */
export function ask(program: string, requests: readonly Request[]): readonly Answer[] {
  const input = Buffer.alloc(requests.length * 32);
  requests.forEach((request, index) => {
    const at = index * 32;
    input[at] = oracleFormats.indexOf(request.format);
    input[at + 1] = oracleOperations.indexOf(request.operation);
    input[at + 2] = request.mode;
    request.operands.forEach((operand, position) => input.writeBigUInt64LE(operand, at + 8 * (position + 1)));
  });
  const { status, stdout, stderr } = spawnSync(program, { input, maxBuffer: requests.length * 9 + 65536 });
  if (status !== 0 || stdout.length !== requests.length * 9) {
    throw new Error(`${program} answered ${stdout.length} bytes to ${requests.length} requests: ${stderr.toString()}`);
  }
  return requests.map((_, index) => ({ bits: stdout.readBigUInt64LE(index * 9), flags: stdout[index * 9 + 8]! }));
}
