import { allWeights, layerMatrices, type PrunedChain } from '../compression/admm/pruned-chain.js';
import { type PathOptions, pointWithin, pruningPath, weightsOf } from '../compression/admm/pruning-path.js';
import { defaultSchedule, type PruningStage, type ScheduleOptions, type Stage } from '../compression/admm/schedule.js';
import type { Levels } from '../compression/projections/index.js';
import type { CompressOptions } from './compress-options.js';
import { givenTargets } from './given-sizes.js';
import { normalisedSquares } from './normalised-squares.js';
import { engineCost, type EngineCost } from './engine-cost.js';

/** Weights of this many bits or fewer are trained onto their levels; above, rounding loses nothing that shows. */
const mostLevelBits = 4;

/** A first stage goes this far at once, further ones by `laterFactor` at most. */
const firstFactor = 20;
const laterFactor = 2.4;

/** Steps of a search for the smallest network within a loss of accuracy. */
const searchFactor = 1.5;
const searchFirst = 2;
const searchMost = 1000;

/**
 * What training goes through for these options.
 *
 * @throws TrainingError for a budget that no network of the pattern meets, before any training
 */
export function stagesOf(options: CompressOptions, start: PrunedChain): Stage[] {
  const stages = pruningStages(options, start);
  const last = stages.at(-1);
  if (last?.kind === 'prune' && options.maximumLoss === undefined) checkReach(last, start);
  const levels = levelsOf(options);
  return levels === undefined ? stages : [...stages, { kind: 'levels', levels }];
}

/** How small a network of a pattern can get hardly depends on which parts are taken first. */
function checkReach({ path, cost = weightsOf, budget }: PruningStage, { chain, parameters }: PrunedChain): void {
  const matrices = layerMatrices(chain);
  const likely = pruningPath(matrices, { weights: normalisedSquares(matrices, parameters) }, path);
  pointWithin(likely, cost, budget, `pruning of '${chain.name}' (${path.pattern})`);
}

/** The levels that weights are brought onto before they are rounded, if they are few. */
export function levelsOf({ weightBits = 8, levels }: CompressOptions): Levels | undefined {
  if (weightBits > mostLevelBits) return undefined;
  const { spacing = 'equidistant', per = 'filter' } = levels ?? {};
  return { kind: 'levels', bits: weightBits, spacing, per };
}

function pruningStages(options: CompressOptions, { original }: PrunedChain): Stage[] {
  const { budget, steps, maximumLoss, keep } = options;
  if (keep !== undefined) return [{ kind: 'given', targets: givenTargets(keep, options, layerMatrices(original)) }];
  const path = pathOptions(options);
  const weights = allWeights(original);
  const byRatio = (ratios: readonly number[]): Stage[] =>
    ratios.map((ratio) => ({ kind: 'prune', path, budget: Math.floor(weights / ratio) }));
  if (steps !== undefined) return byRatio(steps);
  if (budget === undefined) return maximumLoss === undefined ? [] : byRatio(searchedRatios(weights));
  if (budget.kind === 'ratio') return budget.ratio === 1 ? [] : byRatio(factorsTo(budget.ratio));
  return byCost(engineCost(original, options, budget.kind), path, budgetAmount(budget));
}

function byCost({ cost, whole }: EngineCost, path: PathOptions, budget: number): Stage[] {
  if (whole <= budget) return [];
  return factorsTo(whole / budget).map((factor) => ({ kind: 'prune', path, cost, budget: whole / factor }));
}

export function budgetAmount(budget: Exclude<CompressOptions['budget'], undefined | { kind: 'ratio' }>): number {
  switch (budget.kind) {
    case 'cells':
      return budget.cells;
    case 'cycles':
      return budget.cycles;
    case 'energy':
      return budget.picojoules;
  }
}

export function pathOptions({
  pattern = 'structured',
  block = { rows: 512, columns: 256 },
  budget,
}: CompressOptions): PathOptions {
  const cost = pathCosts[budget?.kind ?? 'ratio'];
  return { pattern, cost, ...(pattern === 'block' && { block }) };
}

const pathCosts = { ratio: 'balanced', cells: 'cells', cycles: 'work', energy: 'work' } as const;

/** Rising factors that end with the given one. */
export function factorsTo(factor: number): number[] {
  if (factor <= firstFactor) return [factor];
  const later = Math.ceil(Math.log(factor / firstFactor) / Math.log(laterFactor));
  return Array.from({ length: later + 1 }, (_, step) => firstFactor * (factor / firstFactor) ** (step / later));
}

function searchedRatios(weights: number): number[] {
  const ratios: number[] = [];
  for (let ratio = searchFirst; ratio <= Math.min(searchMost, weights / 100); ratio *= searchFactor) ratios.push(ratio);
  return ratios;
}

const quickSchedule: Partial<ScheduleOptions> = { penaltyEpochs: 2, retrainEpochs: 4 };

export function scheduleOf({ schedule, quick }: CompressOptions): ScheduleOptions {
  return { ...defaultSchedule, ...(quick === true && quickSchedule), ...schedule };
}
