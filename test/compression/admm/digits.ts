import { makeDigits } from '../../../examples/digits/make-digits.js';
import { digitNetwork } from '../../../examples/digits/network.js';
import { trainingSet } from '../../../examples/digits/train-digits.js';
import { allWeights, type PrunedChain, unprunedChain } from '../../../src/compression/admm/pruned-chain.js';
import { defaultSchedule, type ScheduleOptions } from '../../../src/compression/admm/schedule.js';
import { type Chain, randomParameters, Trainer, type TrainingSet } from '../../../src/compression/training/index.js';

export const digits = trainingSet(makeDigits({ count: 1280, seed: 31 }));

export const digitWeights = allWeights(digitNetwork);

/** A schedule of seconds. */
export const shortSchedule: ScheduleOptions = {
  ...defaultSchedule,
  seed: 5,
  penaltyEpochs: 2,
  retrainEpochs: 2,
  stepSize: 3e-3,
  shift: 0,
};

/** The network of the digits after a few epochs. */
export async function trainedDigits(): Promise<PrunedChain> {
  const trainer = await Trainer.open(digitNetwork, { seed: 2, optimiser: 'adam' });
  try {
    for (let epoch = 0; epoch < 20; epoch++) await trainer.epoch(digits, { stepSize: 3e-3 });
    return unprunedChain(digitNetwork, trainer.parameters());
  } finally {
    await trainer.close();
  }
}

export async function scoresOf(
  chain: Chain,
  parameters: ReturnType<typeof randomParameters>,
  set: TrainingSet,
): Promise<Float32Array> {
  const trainer = await Trainer.open(chain, { seed: 0, parameters });
  try {
    return await trainer.scores(set);
  } finally {
    await trainer.close();
  }
}
