/** A run's state as a safetensors file, so that training goes on after an interruption with the same result. */
import { z } from 'zod';
import {
  readSafetensors,
  type SafetensorsContent,
  type StoredTensor,
  writeSafetensors,
} from '../../network/safetensors/index.js';
import { float32Of, storeFloat32 } from '../../network/safetensors/stored-numbers.js';
import type { ProjectionDescription } from '../projections/index.js';
import type { Chain } from '../training/chain.js';
import { TrainingError } from '../training/training-error.js';
import type { PrunedChain } from './pruned-chain.js';
import type { RunState } from './run-stages.js';

const format = 'sotto-training-state';
const version = 1;

const metadataSchema = z.object({
  format: z.literal(format),
  version: z.literal(String(version)),
  fingerprint: z.string(),
  state: z.string(),
});

interface PlainChain {
  readonly chain: Chain;
  readonly filters: readonly (readonly [string, readonly number[]])[];
}

/** Plain data is trusted: `fingerprint` says that this program wrote it for the same work. */
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

/** @param fingerprint of everything that decides the result: model, data, options */
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
  const tensors = new Map(
    groups.flatMap(([group, values]) =>
      [...values].map(([name, data]): [string, StoredTensor] => [`${group}/${name}`, storeFloat32(data)]),
    ),
  );
  const metadata = { format, version: String(version), fingerprint, state: JSON.stringify(plain) };
  return writeSafetensors({ metadata, tensors });
}

/**
 * @param file names the file in errors
 * @throws TrainingError for a file that is damaged or of other work
 */
export function decodeState(bytes: Uint8Array, fingerprint: string, file: string): RunState {
  const { metadata, tensors } = contentOf(bytes, file);
  const parsed = metadataSchema.safeParse(metadata);
  if (!parsed.success) {
    throw new TrainingError(file, 'is no state of an interrupted run', 'remove it, or use --restart');
  }
  if (parsed.data.fingerprint !== fingerprint) {
    throw new TrainingError(
      file,
      'is the state of a run with another model, other data or other options',
      'repeat that command to finish it, or use --restart',
    );
  }
  const { original, before, pruned, targets, trainer, ...rest } = JSON.parse(parsed.data.state) as PlainState;
  const group = (name: string): Map<string, Float32Array> =>
    new Map(
      [...tensors]
        .filter(([key]) => key.startsWith(`${name}/`))
        .map(([key, tensor]) => [key.slice(name.length + 1), float32Of(tensor)]),
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

function contentOf(bytes: Uint8Array, file: string): SafetensorsContent {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw new TrainingError(file, 'is damaged', 'remove it, or use --restart', { cause });
  }
}
