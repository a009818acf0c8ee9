import type { Levels } from '../projections/index.js';
import type { PathPoint } from './pruning-path.js';
import type { PathOptions } from './pruning-path.js';
import type { Targets } from './project-chain.js';

/** Pruning down to a budget: the first point of the pruning path whose cost is within it. */
export interface PruningStage {
  readonly kind: 'prune';
  readonly path: PathOptions;
  /** Default: weights that are kept. */
  readonly cost?: (point: PathPoint) => number;
  readonly budget: number;
}

/** Pruning of layers to sizes that somebody chose. */
export interface GivenStage {
  readonly kind: 'given';
  readonly targets: Targets;
}

/** The weights that are left go onto levels. */
export interface LevelStage {
  readonly kind: 'levels';
  readonly levels: Levels;
}

export type Stage = PruningStage | GivenStage | LevelStage;

export interface ScheduleOptions {
  readonly seed: number;
  /** Epochs in which the penalty pulls weights to their projection. */
  readonly penaltyEpochs: number;
  /** Epochs of training after a hard pruning, with the mask held. */
  readonly retrainEpochs: number;
  /** Of Adam. In retraining it falls to a hundredth, along half a cosine. */
  readonly stepSize: number;
  /** ρ of the first and of the last penalty epoch; between them it grows by equal factors. */
  readonly rho: readonly [first: number, last: number];
  readonly batch: number;
  /** See `EpochOptions.shift`. */
  readonly shift: number;
}

export const defaultSchedule: ScheduleOptions = {
  seed: 1,
  penaltyEpochs: 5,
  retrainEpochs: 15,
  stepSize: 1e-3,
  rho: [0.003, 0.1],
  batch: 64,
  shift: 1,
};

export function rhoOf({ rho: [first, last], penaltyEpochs }: ScheduleOptions, epoch: number): number {
  return penaltyEpochs === 1 ? last : first * (last / first) ** (epoch / (penaltyEpochs - 1));
}

/** Half a cosine from `stepSize` to a hundredth of it. */
export function fallingStepSize(stepSize: number, epoch: number, epochs: number): number {
  return stepSize * (0.01 + 0.99 * 0.5 * (1 + Math.cos((Math.PI * epoch) / epochs)));
}

/** Nothing is trained after weights are on levels, so they have to be near them at the end: a stronger pull, smaller steps. */
export function scheduleOfStage(schedule: ScheduleOptions, { kind }: Stage): ScheduleOptions {
  if (kind !== 'levels') return schedule;
  const [first, last] = schedule.rho;
  return { ...schedule, rho: [10 * first, 10 * last], stepSize: 0.3 * schedule.stepSize };
}
