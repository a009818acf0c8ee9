/**
 * Pruning and quantisation in training by ADMM (Boyd et al. 2011; for networks Zhang et al., ECCV 2018): minimise
 * loss + ρ/2 · ‖W − Z + U‖² over W by an epoch of training, Z = projection(W + U), U += W − Z; after some rounds the
 * projection is made hard, and the weights that are left are trained on under their mask. Stage follows stage, each
 * from what the one before left.
 */
import { Trainer, type TrainerState, type TrainingSet } from '../training/trainer.js';
import { estimateImportance } from './importance.js';
import { type ChainWeights, masksOf, projectChain, type Targets } from './project-chain.js';
import { layerMatrices, type PrunedChain, withoutDeadFilters } from './pruned-chain.js';
import { levelTargets } from './level-targets.js';
import { pointWithin, pruningPath, weightsOf } from './pruning-path.js';
import { fallingStepSize, rhoOf, type ScheduleOptions, scheduleOfStage, type Stage } from './schedule.js';

export type Phase = 'penalty' | 'retrain';

/** Where a run stands between two epochs: all that is needed to go on. */
export interface RunState {
  readonly stage: number;
  readonly phase: Phase;
  /** Epochs of this phase that are done. */
  readonly epoch: number;
  /** What the stage began with. */
  readonly before: PrunedChain;
  readonly pruned: PrunedChain;
  readonly targets: Targets;
  /** U by layer; empty in retraining. */
  readonly duals: ChainWeights;
  readonly trainer: TrainerState | undefined;
}

export interface EpochReport {
  readonly stage: number;
  readonly stages: number;
  readonly phase: Phase;
  readonly epoch: number;
  readonly epochs: number;
  /** Mean cross-entropy of the epoch. */
  readonly loss: number;
  /** ‖W − Z‖² / ‖W‖² over all layers, of a penalty epoch, before it. */
  readonly distance?: number;
}

export interface RunHooks {
  readonly onEpoch?: (report: EpochReport) => void;
  /** Called after every epoch with what a later run needs to go on from there. */
  readonly onState?: (state: RunState) => void;
  /** The end of a stage. False drops it and ends the run with what the stage began with. */
  readonly onStage?: (stage: number, pruned: PrunedChain) => Promise<boolean>;
}

/**
 * @param start a chain, or where an earlier run with the same stages, set and schedule stopped: the result is the same
 * @returns what the last stage gave that was not dropped
 * @throws TrainingError when the loss is no longer a number, and for a budget that no network of this pattern meets
 */
export async function runStages(
  start: PrunedChain | RunState,
  set: TrainingSet,
  stages: readonly Stage[],
  schedule: ScheduleOptions,
  hooks: RunHooks = {},
): Promise<PrunedChain> {
  let pruned = 'before' in start ? start.pruned : start;
  const resumed = 'before' in start ? start : undefined;
  for (let stage = resumed?.stage ?? 0; stage < stages.length; stage++) {
    const resume = resumed?.stage === stage ? resumed : undefined;
    const before = resume?.before ?? pruned;
    const context: Context = { stage, stages, set, schedule: scheduleOfStage(schedule, stages[stage]!), hooks, before };
    if (resume?.phase !== 'retrain') {
      const targets = resume?.targets ?? (await stageTargets(context, pruned));
      pruned = await penaltyPhase(context, pruned, targets, resume);
    }
    // Weights on levels would leave them.
    if (stages[stage]!.kind !== 'levels') pruned = await retrainPhase(context, pruned, resume);
    if ((await hooks.onStage?.(stage, pruned)) === false) return before;
  }
  return pruned;
}

interface Context {
  readonly stage: number;
  readonly stages: readonly Stage[];
  readonly set: TrainingSet;
  readonly schedule: ScheduleOptions;
  readonly hooks: RunHooks;
  readonly before: PrunedChain;
}

async function stageTargets({ stage, stages, set, schedule }: Context, pruned: PrunedChain): Promise<Targets> {
  const plan = stages[stage]!;
  const matrices = layerMatrices(pruned.chain);
  if (plan.kind === 'levels') return levelTargets(matrices, plan.levels);
  if (plan.kind === 'given') return plan.targets;
  const importance = await estimateImportance(pruned.chain, pruned.parameters, set, schedule.seed);
  const path = pruningPath(matrices, importance, plan.path);
  return pointWithin(
    path,
    plan.cost ?? weightsOf,
    plan.budget,
    `pruning of '${pruned.chain.name}' (${plan.path.pattern})`,
  ).targets;
}

/** A trainer's seed: other numbers for every stage and phase. */
function seedOf({ stage, schedule }: Context, phase: Phase): number {
  return schedule.seed * 1000 + stage * 2 + (phase === 'penalty' ? 0 : 1);
}

async function penaltyPhase(
  context: Context,
  pruned: PrunedChain,
  targets: Targets,
  resume: RunState | undefined,
): Promise<PrunedChain> {
  const { stage, stages, set, schedule, hooks } = context;
  const { chain, parameters, masks } = pruned;
  const layers = layerMatrices(chain).map(({ name }) => name);
  const trainer = await Trainer.open(chain, {
    seed: seedOf(context, 'penalty'),
    batch: schedule.batch,
    optimiser: 'adam',
    parameters,
    penalised: layers,
    masked: layers,
  });
  try {
    if (resume?.trainer !== undefined) trainer.restore(resume.trainer);
    const weightsNow = (): ChainWeights => {
      const all = trainer.parameters();
      return new Map(layers.map((name) => [name, all.get(`${name}.weight`)!]));
    };
    const duals = new Map(
      layers.map((name) => [
        name,
        resume?.duals.get(name)?.slice() ?? new Float32Array(parameters.get(`${name}.weight`)!.length),
      ]),
    );
    const project = (weights: ChainWeights): ChainWeights =>
      projectChain(
        chain,
        new Map(layers.map((name) => [name, sum(weights.get(name)!, duals.get(name)!)])),
        masks,
        targets,
      );
    for (let epoch = resume?.epoch ?? 0; epoch < schedule.penaltyEpochs; epoch++) {
      const weights = weightsNow();
      const projected = project(weights);
      const rho = rhoOf(schedule, epoch);
      const pulls = new Map(
        layers.map((name) => {
          const dual = duals.get(name)!;
          const [w, z] = [weights.get(name)!, projected.get(name)!];
          for (let index = 0; index < dual.length; index++) dual[index]! += w[index]! - z[index]!;
          return [name, { target: z.map((value, index) => value - dual[index]!), rho }];
        }),
      );
      const loss = await trainer.epoch(set, { stepSize: schedule.stepSize, pulls, masks, shift: schedule.shift });
      hooks.onEpoch?.({
        stage,
        stages: stages.length,
        phase: 'penalty',
        epoch,
        epochs: schedule.penaltyEpochs,
        loss,
        distance: distance(weights, projected),
      });
      hooks.onState?.({
        stage,
        phase: 'penalty',
        epoch: epoch + 1,
        before: context.before,
        pruned,
        targets,
        duals,
        trainer: trainer.state(),
      });
    }
    return harden(pruned, trainer.parameters(), project(weightsNow()), stages[stage]!);
  } finally {
    await trainer.close();
  }
}

/** Pruned weights become 0, and filters without weights go; with levels, weights take the values of their projection. */
function harden(
  pruned: PrunedChain,
  trained: PrunedChain['parameters'],
  projected: ChainWeights,
  stage: Stage,
): PrunedChain {
  const masks = masksOf(projected);
  const parameters = new Map(
    [...trained].map(([name, values]) => {
      const layer = name.replace(/\.weight$/, '');
      const mask = layer === name ? undefined : masks.get(layer);
      if (mask === undefined) return [name, values];
      if (stage.kind === 'levels') return [name, projected.get(layer)!];
      return [name, values.map((value, index) => (mask[index] === 0 ? 0 : value))];
    }),
  );
  return withoutDeadFilters({ ...pruned, parameters, masks });
}

async function retrainPhase(context: Context, pruned: PrunedChain, resume: RunState | undefined): Promise<PrunedChain> {
  const { stage, stages, set, schedule, hooks } = context;
  const { chain, parameters, masks } = pruned;
  const epochs = schedule.retrainEpochs;
  const trainer = await Trainer.open(chain, {
    seed: seedOf(context, 'retrain'),
    batch: schedule.batch,
    optimiser: 'adam',
    parameters,
    masked: layerMatrices(chain).map(({ name }) => name),
  });
  try {
    const goesOn = resume?.phase === 'retrain';
    if (goesOn && resume.trainer !== undefined) trainer.restore(resume.trainer);
    const now = (): PrunedChain => ({ ...pruned, parameters: trainer.parameters() });
    for (let epoch = goesOn ? resume.epoch : 0; epoch < epochs; epoch++) {
      const stepSize = fallingStepSize(schedule.stepSize, epoch, epochs);
      const loss = await trainer.epoch(set, { stepSize, masks, shift: schedule.shift });
      hooks.onEpoch?.({ stage, stages: stages.length, phase: 'retrain', epoch, epochs, loss });
      hooks.onState?.({
        stage,
        phase: 'retrain',
        epoch: epoch + 1,
        before: context.before,
        pruned: now(),
        targets: new Map(),
        duals: new Map(),
        trainer: trainer.state(),
      });
    }
    return now();
  } finally {
    await trainer.close();
  }
}

const sum = (a: Float32Array, b: Float32Array): Float32Array => a.map((value, index) => value + b[index]!);

function distance(weights: ChainWeights, projected: ChainWeights): number {
  let apart = 0;
  let size = 0;
  for (const [name, values] of weights) {
    const target = projected.get(name)!;
    for (let index = 0; index < values.length; index++) {
      apart += (values[index]! - target[index]!) ** 2;
      size += values[index]! ** 2;
    }
  }
  return apart / size;
}
