import { dirname } from 'node:path';
import { existsSync } from 'node:fs';
import { InputError } from '../build/input-error.js';
import type { CompressOptions } from './compress-options.js';

/** What no run can meet, before any work. @throws InputError */
export function checkCompressOptions({
  budget,
  steps,
  maximumLoss,
  method = 'admm',
  out,
  weightBits = 8,
  activationBits = 8,
  pattern,
  block,
  keep,
}: CompressOptions): void {
  if (!existsSync(dirname(out))) fail('out', `there is no folder ${dirname(out)}`, 'make it, or choose another place');
  for (const [name, bits, least] of [
    ['weights', weightBits, method === 'admm' ? 2 : 1],
    ['activations', activationBits, 1],
  ] as const) {
    if (Number.isInteger(bits) && bits >= least && bits <= 8) continue;
    fail(name, `${bits} bits`, `give ${least} … 8`);
  }
  const amount = budget === undefined ? 1 : Object.values(budget).find((value) => typeof value === 'number')!;
  if (!(amount > 0)) fail('budget', `${budget?.kind ?? ''} is ${amount}`, 'give a positive number');
  if (budget?.kind === 'ratio' && budget.ratio < 1) {
    fail('ratio', `${budget.ratio} is below 1`, 'give dense weights for each kept one, such as 20');
  }
  const unordered = steps?.find((step, index) => !(step > (steps[index - 1] ?? 1)));
  if (unordered !== undefined)
    fail('steps', `${steps!.join(', ')} do not rise from above 1`, 'give rising ratios, such as 20,45,110');
  if (maximumLoss !== undefined && !(maximumLoss >= 0))
    fail('max-loss', `is ${maximumLoss}`, 'give percentage points, such as 0.5');
  if (keep !== undefined && (budget ?? steps ?? maximumLoss) !== undefined) {
    fail('keep', 'says already how far to prune', 'give sizes of layers, or a budget, steps and a loss');
  }
  if (method === 'import' && (budget ?? steps ?? maximumLoss ?? keep) !== undefined) {
    fail('method', 'import prunes nothing', 'leave the budget out, or choose admm or reconstruct');
  }
  if (method === 'reconstruct' && (steps ?? maximumLoss) !== undefined) {
    fail('method', 'reconstruct takes one step and watches no labels', 'give --ratio, or choose admm');
  }
  if (block !== undefined && pattern !== 'block')
    fail('block', 'means nothing without the pattern block', 'add --pattern block');
}

function fail(option: string, what: string, hint: string): never {
  throw new InputError('option', option, what, hint);
}
