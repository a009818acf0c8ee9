/**
 * Compares the reference arithmetic, bits and flags, with arithmetic written and built by others:
 *
 *     npx tsx test/number/native/campaign.ts fenv [trials]        the machine's floating-point unit, needs gcc
 *     npx tsx test/number/native/campaign.ts softfloat [trials]   Berkeley SoftFloat 3, needs cargo and crates.io
 *
 * `trials` (default 100000) is the number of operand sets of each format and operation; the modes take turns. Exits
 * with 1 at any difference. Oracles are built in the system's directory for temporary files.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Arithmetic,
  arithmetic,
  type FloatFormat,
  fp16,
  fp32,
  fp64,
  type RoundingMode,
  wideArithmetic,
} from '../../../src/number/index.js';
import { patternSource, wordSource } from '../patterns.js';
import {
  type Answer,
  ask,
  type OracleFormat,
  type OracleOperation,
  oracleFormats,
  oracleOperations,
  type Request,
} from './protocol.js';

const formats: Record<OracleFormat, FloatFormat> = { fp16, fp32, fp64 };
const batch = 200_000;

interface Oracle {
  readonly build: (directory: string) => string;
  readonly formats: readonly OracleFormat[];
  readonly modes: readonly RoundingMode[];
  readonly answers: (format: OracleFormat, operation: OracleOperation) => boolean;
  /** Whether the oracle may differ from us here, by a freedom that IEEE 754 leaves. */
  readonly excused: (request: Request, ours: Answer, theirs: Answer) => boolean;
}

const here = import.meta.dirname;

const fenv: Oracle = {
  build: (directory) => {
    const program = join(directory, 'fenv-oracle');
    execFileSync('gcc', ['-O2', '-frounding-math', '-o', program, join(here, 'fenv-oracle.c'), '-lm']);
    return program;
  },
  formats: ['fp32', 'fp64'],
  modes: [0, 1, 2, 3],
  answers: (format, operation) =>
    oracleOperations.indexOf(operation) <= 8 ||
    (format === 'fp64' && operation === 'toFp32') ||
    (format === 'fp32' && operation === 'toFp64') ||
    ['fromInt32', 'fromUint32', 'fromInt64'].includes(operation),
  // 7.2 c: whether infinity times zero plus a quiet NaN is invalid is left open; x86 says no.
  excused: ({ format, operation, operands }, ours, theirs) =>
    operation === 'fusedMultiplyAdd' &&
    Number.isNaN(wideArithmetic(formats[format]).toNumber(operands[2])) &&
    ours.flags === 16 &&
    theirs.flags === 0,
};

const softfloat: Oracle = {
  build: (directory) => {
    const manifest = join(here, 'softfloat', 'Cargo.toml');
    execFileSync('cp', ['-r', join(here, 'softfloat'), directory]);
    execFileSync(
      'cargo',
      ['build', '--quiet', '--release', '--manifest-path', join(directory, 'softfloat', 'Cargo.toml')],
      { stdio: ['ignore', 'inherit', 'inherit'], cwd: join(manifest, '..') },
    );
    return join(directory, 'softfloat', 'target', 'release', 'softfloat-oracle');
  },
  formats: oracleFormats,
  modes: [0, 1, 2, 3, 4],
  answers: (format, operation) => operation !== `toF${format.slice(1)}`,
  excused: () => false,
};

/** Our answer in the same terms; a comparison is 0 or 1, an integer its low 64 bits. */
function operate<Bits extends number | bigint>(
  unit: Arithmetic<Bits>,
  wrap: (bits: bigint) => Bits,
  convert: (target: FloatFormat) => bigint,
  request: Request,
): bigint {
  const { operation, operands } = request;
  const mode = request.mode as RoundingMode;
  const [a, b, c] = [wrap(operands[0]), wrap(operands[1]), wrap(operands[2])];
  const integer = (width: number, signed: boolean) => BigInt.asUintN(64, unit.toInteger(a, { width, signed }, mode));
  switch (operation) {
    case 'fusedMultiplyAdd':
      return BigInt(unit.fusedMultiplyAdd(a, b, c, mode));
    case 'squareRoot':
      return BigInt(unit.squareRoot(a, mode));
    case 'equal':
    case 'less':
    case 'lessOrEqual':
      return unit[operation](a, b) ? 1n : 0n;
    case 'toFp16':
      return convert(fp16);
    case 'toFp32':
      return convert(fp32);
    case 'toFp64':
      return convert(fp64);
    case 'toInt32':
      return integer(32, true);
    case 'toUint32':
      return integer(32, false);
    case 'toInt64':
      return integer(64, true);
    case 'toUint64':
      return integer(64, false);
    case 'fromInt32':
      return BigInt(unit.fromInteger(BigInt.asIntN(32, operands[0]), mode));
    case 'fromUint32':
      return BigInt(unit.fromInteger(BigInt.asUintN(32, operands[0]), mode));
    case 'fromInt64':
      return BigInt(unit.fromInteger(BigInt.asIntN(64, operands[0]), mode));
    case 'fromUint64':
      return BigInt(unit.fromInteger(operands[0], mode));
    default:
      return BigInt(unit[operation](a, b, mode));
  }
}

const narrow = { fp16: arithmetic(fp16), fp32: arithmetic(fp32) } as const;
const wide = { fp16: wideArithmetic(fp16), fp32: wideArithmetic(fp32), fp64: wideArithmetic(fp64) } as const;

/** The answers of every implementation of ours: on bigints, and on numbers where the format is narrow. */
function answers(request: Request): readonly Answer[] {
  const mode = request.mode as RoundingMode;
  const source = formats[request.format];
  const [bits] = request.operands;
  const results: Answer[] = [];
  let { flags } = wide.fp64;
  const onBigints = operate(
    wide[request.format],
    (value) => value,
    (target) => {
      const unit = wide[target.name as OracleFormat];
      const result = unit.convertFrom(source, bits, mode);
      flags = unit.flags;
      return result;
    },
    request,
  );
  const converts = request.operation.startsWith('toFp');
  results.push({ bits: onBigints, flags: converts ? flags : wide[request.format].flags });
  if (request.format !== 'fp64') {
    const onNumbers = operate(
      narrow[request.format],
      Number,
      (target) => {
        const unit = target === fp16 ? narrow.fp16 : target === fp32 ? narrow.fp32 : wide.fp64;
        const result = unit.convertFrom(source, Number(bits), mode);
        flags = unit.flags;
        return BigInt(result);
      },
      request,
    );
    results.push({ bits: onNumbers, flags: converts ? flags : narrow[request.format].flags });
  }
  return results;
}

/** The format of an operation's result, if it is a floating-point number. */
function resultFormat({ format, operation }: Request): FloatFormat | undefined {
  if (operation === 'toFp16') return fp16;
  if (operation === 'toFp32') return fp32;
  if (operation === 'toFp64') return fp64;
  return /^(to|equal|less)/.test(operation) ? undefined : formats[format];
}

/** The machine propagates NaN payloads, of which IEEE 754 requires nothing: all NaNs are made one. */
function canonical(request: Request, { bits, flags }: Answer): Answer {
  const format = resultFormat(request);
  if (format === undefined || !Number.isNaN(wideArithmetic(format).toNumber(bits))) return { bits, flags };
  return { bits: format.canonicalNaN, flags };
}

function run(oracle: Oracle, program: string, trials: number): number {
  let differences = 0;
  for (const format of oracle.formats) {
    for (const operation of oracleOperations.filter((name) => oracle.answers(format, name))) {
      const next = patternSource(formats[format], 1 + oracleOperations.indexOf(operation));
      const word = wordSource(99);
      // Integers of every length, so that the short ones, where rounding is exact, and the long ones both come up.
      const integer = () => ((BigInt(word()) << 32n) | BigInt(word())) >> BigInt(word() % 64);
      let excused = 0;
      let wrong = 0;
      for (let done = 0; done < trials; done += batch) {
        const requests = Array.from({ length: Math.min(batch, trials - done) }, (_, index): Request => {
          const mode = oracle.modes[index % oracle.modes.length]!;
          const first = operation.startsWith('from') ? integer() : next();
          return { format, operation, mode, operands: [first, next(), next()] };
        });
        ask(program, requests).forEach((raw, index) => {
          const request = requests[index]!;
          const theirs = canonical(request, raw);
          for (const ours of answers(request)) {
            if (ours.bits === theirs.bits && ours.flags === theirs.flags) continue;
            if (oracle.excused(request, ours, theirs)) {
              excused += 1;
              continue;
            }
            wrong += 1;
            if (wrong <= 3) console.log('different:', { request, ours, theirs });
          }
        });
      }
      console.log(`${format} ${operation}: ${trials} operand sets, ${wrong} differences, ${excused} excused`);
      differences += wrong;
    }
  }
  return differences;
}

const [name = '', count = '100000'] = process.argv.slice(2);
const oracle = { fenv, softfloat }[name];
if (oracle === undefined || !/^\d+$/.test(count)) {
  console.error('usage: campaign.ts fenv|softfloat [trials]');
  process.exitCode = 2;
} else {
  const directory = mkdtempSync(join(tmpdir(), 'number-oracle-'));
  try {
    if (run(oracle, oracle.build(directory), Number(count)) !== 0) process.exitCode = 1;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
