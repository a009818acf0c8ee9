import type { ProjectionDescription } from '../projections/index.js';
import type { Chain } from '../training/chain.js';
import { decodeCheckpoint, encodeCheckpoint } from '../training/checkpoint-file.js';
import type { PrunedChain } from './pruned-chain.js';
import type { RunState } from './run-stages.js';

interface PlainChain {
  readonly chain: Chain;
  readonly filters: readonly (readonly [string, readonly number[]])[];
}

interface PlainState {
  readonly stage: number;
  readonly phase: RunState['phase'];
  readonly epoch: number;
  readonly original: Chain;
  readonly before: PlainChain;
  readonly pruned: PlainChain;
  readonly targets: readonly (readonly [string, ProjectionDescription])[];
  readonly trainer?: { readonly steps: number; readonly random: number };
}

/** A run's state as a file; see `encodeCheckpoint`. */
export function encodeState(state: RunState, fingerprint: string): Uint8Array {
  const { stage, phase, epoch, before, pruned, trainer, duals, targets } = state;
  const plain: PlainState = {
    stage,
    phase,
    epoch,
    original: pruned.original,
    before: { chain: before.chain, filters: [...before.filters] },
    pruned: { chain: pruned.chain, filters: [...pruned.filters] },
    targets: [...targets],
    ...(trainer && { trainer: { steps: trainer.steps, random: trainer.random } }),
  };
  const groups: [string, ReadonlyMap<string, Float32Array>][] = [
    ['before/parameter', before.parameters],
    ['before/mask', before.masks],
    ['pruned/parameter', pruned.parameters],
    ['pruned/mask', pruned.masks],
    ['dual', duals],
    ['trainer', trainer?.tensors ?? new Map()],
  ];
  const tensors = groups.flatMap(([group, values]) =>
    [...values].map(([name, data]) => [`${group}/${name}`, data] as const),
  );
  return encodeCheckpoint({ state: plain, tensors: new Map(tensors) }, fingerprint);
}

/**
 * @param file names the file in errors
 * @throws TrainingError for a file that is damaged or of other work
 */
export function decodeState(bytes: Uint8Array, fingerprint: string, file: string): RunState {
  const { state, tensors } = decodeCheckpoint(bytes, fingerprint, file);
  const { original, before, pruned, targets, trainer, ...rest } = state as PlainState;
  const group = (name: string): Map<string, Float32Array> =>
    new Map(
      [...tensors]
        .filter(([key]) => key.startsWith(`${name}/`))
        .map(([key, data]) => [key.slice(name.length + 1), data]),
    );
  const chainOf = (name: string, { chain, filters }: PlainChain): PrunedChain => ({
    chain,
    original,
    filters: new Map(filters),
    parameters: group(`${name}/parameter`),
    masks: group(`${name}/mask`),
  });
  return {
    ...rest,
    before: chainOf('before', before),
    pruned: chainOf('pruned', pruned),
    targets: new Map(targets),
    duals: group('dual'),
    trainer: trainer && { ...trainer, tensors: group('trainer') },
  };
}
