import { existsSync, readFileSync, rmSync } from 'node:fs';
import { InputError, withPlace } from '../build/input-error.js';
import { unitPreprocess } from '../build/preprocess.js';
import { sha256 } from '../build/write-design.js';
import { chainOfNetwork } from '../compression/chain-of-network.js';
import { fallingStepSize } from '../compression/admm/schedule.js';
import type { Chain } from '../compression/training/chain.js';
import { decodeCheckpoint, encodeCheckpoint } from '../compression/training/checkpoint-file.js';
import { Trainer, type TrainerState, type TrainingSet } from '../compression/training/trainer.js';
import { lowerGraph } from '../network/lower/index.js';
import { readOnnxFile } from '../network/onnx/read-onnx.js';
import { writeOnnx } from '../network/onnx/write-onnx.js';
import type { Preprocess } from '../network/quantize/options.js';
import { writeAtomically } from '../network/safetensors/index.js';
import { firstImages, readDataFolder, trainingSetOf } from './data-folder.js';
import { knownNetworks } from './known-networks.js';
import { readState, statePath, writeState } from './run-state-file.js';

export interface TrainOptions {
  /** `lenet5`, `lenet300`, or an ONNX file whose layers are trained from new random weights. */
  readonly network: string;
  /** Folder of images and labels; see `readDataFolder`. */
  readonly data: string;
  /** The ONNX file to write. */
  readonly out: string;
  /** Default 6. */
  readonly epochs?: number;
  /** Default 1. */
  readonly seed?: number;
  /** Of Adam, default 1e-3; falls to a hundredth of it. */
  readonly stepSize?: number;
  /** Default 64. */
  readonly batch?: number;
  /** Pixels by which training images are moved at random, at most; default 0. */
  readonly shift?: number;
  /** Training images to take, from the first on; default all. */
  readonly images?: number;
  /** Default: byte / 255. */
  readonly preprocess?: Preprocess;
  /** Start anew where an interrupted run left its state. */
  readonly restart?: boolean;
  readonly onResume?: (epoch: number) => void;
  readonly onEpoch?: (epoch: number, epochs: number, loss: number) => void;
}

export interface TrainResult {
  readonly out: string;
  readonly network: string;
  readonly weights: number;
  readonly images: number;
  readonly loss: number;
  /** On the folder's test images, 0 … 1; null where it has none. */
  readonly accuracy: number | null;
}

/**
 * Trains a network from random weights with Adam and writes it as ONNX. The same seed, versions and processor give the
 * same file. The state of the run is kept in `OUT.state` after every epoch; the same call goes on from there.
 *
 * @throws InputError, ModelError, TrainingError
 */
export async function train(options: TrainOptions): Promise<TrainResult> {
  const chain = chainOf(options.network);
  const classes = classesOf(chain);
  const preprocess = options.preprocess ?? unitPreprocess;
  const data = readDataFolder(options.data, chain.inputShape);
  const set = firstImages(trainingSetOf(data.train, classes, preprocess), options.images ?? Infinity);
  const epochs = options.epochs ?? 6;
  const trainer = await Trainer.open(chain, {
    seed: options.seed ?? 1,
    batch: options.batch ?? 64,
    optimiser: 'adam',
  });
  try {
    const fingerprint = fingerprintOf(options, set);
    const saved = readState(options);
    const resumed = saved && decodeProgress(saved, fingerprint, statePath(options));
    if (resumed !== undefined) {
      trainer.restore(resumed.trainer);
      options.onResume?.(resumed.epoch);
    }
    let loss = resumed?.loss ?? NaN;
    for (let epoch = resumed?.epoch ?? 0; epoch < epochs; epoch++) {
      const stepSize = fallingStepSize(options.stepSize ?? 1e-3, epoch, epochs);
      loss = await trainer.epoch(set, { stepSize, shift: options.shift ?? 0 });
      writeState(options, encodeProgress({ epoch: epoch + 1, loss, trainer: trainer.state() }, fingerprint));
      options.onEpoch?.(epoch + 1, epochs, loss);
    }
    const test = data.test && trainingSetOf(data.test, classes, preprocess);
    const accuracy = test === undefined ? null : await trainer.accuracy(test);
    withPlace(options.out, () => writeAtomically(options.out, writeOnnx(trainer.graph())));
    rmSync(statePath(options), { force: true });
    const weights = [...trainer.parameters()].reduce(
      (sum, [name, values]) => sum + (name.endsWith('.weight') ? values.length : 0),
      0,
    );
    return { out: options.out, network: chain.name, weights, images: set.count, loss, accuracy };
  } finally {
    await trainer.close();
  }
}

interface TrainProgress {
  /** Epochs that are done, and the mean loss of the last. */
  readonly epoch: number;
  readonly loss: number;
  readonly trainer: TrainerState;
}

function encodeProgress({ epoch, loss, trainer: { steps, random, tensors } }: TrainProgress, fingerprint: string) {
  return encodeCheckpoint({ state: { epoch, loss, steps, random }, tensors }, fingerprint);
}

function decodeProgress(bytes: Uint8Array, fingerprint: string, file: string): TrainProgress {
  const { state, tensors } = decodeCheckpoint(bytes, fingerprint, file);
  const { epoch, loss, steps, random } = state as Omit<TrainProgress, 'trainer'> & Omit<TrainerState, 'tensors'>;
  return { epoch, loss, trainer: { steps, random, tensors } };
}

/** Of the network, the images and all options that decide the result. */
function fingerprintOf(options: TrainOptions, { images, classes }: TrainingSet): string {
  const { network, epochs, seed, stepSize, batch, shift, preprocess } = options;
  const parts = [
    existsSync(network) ? sha256(readFileSync(network)) : network,
    sha256(new Uint8Array(images.buffer, images.byteOffset, images.byteLength)),
    sha256(Uint8Array.from(classes)),
    JSON.stringify({ epochs, seed, stepSize, batch, shift, preprocess }),
  ];
  return sha256(parts.join('\n'));
}

/** Scores that a chain gives. */
export function classesOf({ layers }: Chain): number {
  const last = layers.at(-1);
  return last?.kind === 'fullyConnected' ? last.outputs : 0;
}

function chainOf(network: string): Chain {
  const known = knownNetworks.find(({ name }) => name === network);
  if (known !== undefined) return known;
  if (!existsSync(network)) {
    const names = knownNetworks.map(({ name }) => name).join(', ');
    throw new InputError('file', network, 'is no network and no file', `give ${names} or an ONNX file`);
  }
  return chainOfNetwork(lowerGraph(readOnnxFile(network))).chain;
}
