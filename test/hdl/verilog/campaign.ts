/** How long the random campaigns are, and where they leave their numbers. */
import { spawnSync } from 'node:child_process';
import { appendFileSync } from 'node:fs';

const isLong = process.env['SOTTO_CAMPAIGN'] === '1';

/** The variable's number, or what the campaign takes: `long` under `SOTTO_CAMPAIGN=1`, `short` otherwise. */
export function campaignSize(variable: string, { short, long }: { short: number; long: number }): number {
  const text = process.env[variable];
  if (text === undefined) return isLong ? long : short;
  const size = Number(text);
  if (Number.isSafeInteger(size) && size > 0) return size;
  throw new RangeError(`${variable} is '${text}'; give a whole number above 0`);
}

/**
 * Whether Verilator's C++ goes to the system's compiler, which takes a twentieth of the time of the one in WebAssembly:
 * as `SOTTO_NATIVE` says (1 or 0), else in the long campaign wherever there is a `c++`.
 */
export const isNative =
  process.env['SOTTO_NATIVE'] === undefined
    ? isLong && spawnSync('c++', ['--version'], { stdio: 'ignore' }).status === 0
    : process.env['SOTTO_NATIVE'] === '1';

/** What one simulator said of one pack of expressions or modules. */
export interface CampaignRecord {
  readonly of: 'expressions' | 'modules';
  readonly count: number;
  readonly simulator: string;
  /** Outputs times vectors or cycles. */
  readonly values: number;
  /** Those that are not what the rules of the IR say. */
  readonly different: number;
}

/** Adds a line of JSON to the file that `SOTTO_CAMPAIGN_RECORD` names, if it names one. */
export function record(entry: CampaignRecord): void {
  const file = process.env['SOTTO_CAMPAIGN_RECORD'];
  if (file !== undefined) appendFileSync(file, `${JSON.stringify(entry)}\n`);
}

/** Cuts a campaign into packs of at most `most`. */
export function packs(total: number, most: number): { seed: number; count: number }[] {
  return Array.from({ length: Math.ceil(total / most) }, (_, seed) => ({
    seed,
    count: Math.min(most, total - seed * most),
  }));
}
