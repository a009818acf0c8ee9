/** Where a training run stands, as a safetensors file, so that it goes on after an interruption with the same result. */
import { z } from 'zod';
import { readSafetensors, type SafetensorsContent, writeSafetensors } from '../../network/safetensors/index.js';
import { float32Of, storeFloat32 } from '../../network/safetensors/stored-numbers.js';
import { TrainingError } from './training-error.js';

const format = 'sotto-training-state';
const version = 2;

const metadataSchema = z.object({
  format: z.literal(format),
  version: z.literal(String(version)),
  fingerprint: z.string(),
  state: z.string(),
});

export interface Checkpoint {
  /** Plain data. What comes out of a file is trusted: the fingerprint says that this program wrote it for the same work. */
  readonly state: unknown;
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/** @param fingerprint of everything that decides the result: model, data, options */
export function encodeCheckpoint({ state, tensors }: Checkpoint, fingerprint: string): Uint8Array {
  return writeSafetensors({
    metadata: { format, version: String(version), fingerprint, state: JSON.stringify(state) },
    tensors: new Map([...tensors].map(([name, data]) => [name, storeFloat32(data)])),
  });
}

/**
 * @param file names the file in errors
 * @throws TrainingError for a file that is damaged or of other work
 */
export function decodeCheckpoint(bytes: Uint8Array, fingerprint: string, file: string): Checkpoint {
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
  return {
    state: JSON.parse(parsed.data.state) as unknown,
    tensors: new Map([...tensors].map(([name, tensor]) => [name, float32Of(tensor)])),
  };
}

function contentOf(bytes: Uint8Array, file: string): SafetensorsContent {
  try {
    return readSafetensors(bytes);
  } catch (cause) {
    throw new TrainingError(file, 'is damaged', 'remove it, or use --restart', { cause });
  }
}
