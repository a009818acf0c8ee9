import { beforeAll, describe, expect, test } from 'vitest';
import { decodeState, encodeState } from '../../../src/compression/admm/checkpoint.js';
import { keptWeights, type PrunedChain } from '../../../src/compression/admm/pruned-chain.js';
import { type EpochReport, type RunState, runStages } from '../../../src/compression/admm/run-stages.js';
import type { Stage } from '../../../src/compression/admm/schedule.js';
import { matrixOf, projectToLevels } from '../../../src/compression/projections/index.js';
import { digits, digitWeights, shortSchedule, trainedDigits } from './digits.js';

const prune = (ratio: number): Stage => ({
  kind: 'prune',
  path: { pattern: 'structured', cost: 'cells' },
  budget: digitWeights / ratio,
});
const levels: Stage = { kind: 'levels', levels: { kind: 'levels', bits: 3, spacing: 'equidistant', per: 'filter' } };

let start: PrunedChain;
beforeAll(async () => {
  start = await trainedDigits();
});

describe('stages', () => {
  test('meet their budgets one after another', async () => {
    const kept: number[] = [];
    await runStages(start, digits, [prune(2), prune(4)], shortSchedule, {
      onStage: (_, pruned) => {
        kept.push(keptWeights(pruned.masks));
        return Promise.resolve(true);
      },
    });
    expect(kept[0]).toBeLessThanOrEqual(digitWeights / 2);
    expect(kept[1]).toBeLessThanOrEqual(digitWeights / 4);
  });

  test('the penalty brings weights nearer to their projection', async () => {
    const lastDistance = async (rho: number): Promise<number> => {
      const reports: EpochReport[] = [];
      const schedule = { ...shortSchedule, penaltyEpochs: 6, retrainEpochs: 1, batch: 16, rho: [rho, rho] as const };
      await runStages(start, digits, [prune(4)], schedule, { onEpoch: (report) => reports.push(report) });
      return reports.findLast(({ phase }) => phase === 'penalty')!.distance!;
    };
    expect(await lastDistance(0.1)).toBeLessThan(0.5 * (await lastDistance(1e-6)));
  });

  test('levels leave every weight on a level of its filter', async () => {
    const end = await runStages(start, digits, [prune(2), levels], shortSchedule);
    for (const { name, rows } of [
      { name: 'conv1', rows: end.filters.get('conv1')!.length },
      { name: 'classes', rows: 10 },
    ]) {
      const weights = end.parameters.get(`${name}.weight`)!;
      const again = projectToLevels(matrixOf(weights, rows), { bits: 3, spacing: 'equidistant', per: 'filter' });
      expect(again.matrix.values).toEqual(weights);
      expect(Math.max(...again.integers)).toBeLessThanOrEqual(3);
    }
  });

  test('a stage that is refused is dropped, and the run ends', async () => {
    const seen: number[] = [];
    const end = await runStages(start, digits, [prune(2), prune(4), prune(8)], shortSchedule, {
      onStage: (stage) => {
        seen.push(stage);
        return Promise.resolve(stage === 0);
      },
    });
    expect(seen).toEqual([0, 1]);
    expect(keptWeights(end.masks)).toBeGreaterThan(digitWeights / 4);
  });
});

test('a run that stopped after any epoch goes on to the same weights, through a file', async () => {
  const stages = [prune(2), prune(4)];
  const states: Uint8Array[] = [];
  const end = await runStages(start, digits, stages, shortSchedule, {
    onState: (state: RunState) => states.push(encodeState(state, 'work')),
  });
  expect(states).toHaveLength(8);
  for (const place of [0, 2, 5, 7]) {
    const resumed = decodeState(states[place]!, 'work', 'state');
    expect(await runStages(resumed, digits, stages, shortSchedule)).toEqual(end);
  }
});

describe('errors', () => {
  test('a budget that no network of the pattern meets', async () => {
    const stage: Stage = { kind: 'prune', path: { pattern: 'filter', cost: 'cells' }, budget: 3 };
    await expect(runStages(start, digits, [stage], shortSchedule)).rejects.toThrow(
      /pruning of 'digits' \(filter\): the budget is 3, but the smallest network of this pattern costs \d+; allow more/,
    );
  });

  test('a loss that is no number', async () => {
    await expect(runStages(start, digits, [prune(2)], { ...shortSchedule, stepSize: 1e30 })).rejects.toThrow(
      /the loss is (NaN|Infinity); use a step size below 1e\+30/,
    );
  });

  test('a state that is damaged or of other work', async () => {
    let state: Uint8Array | undefined;
    await runStages(start, digits, [prune(2)], shortSchedule, {
      onState: (now) => (state ??= encodeState(now, 'work')),
    });
    expect(() => decodeState(state!, 'other work', 'm.state')).toThrow(
      /m\.state: is the state of a run with another model/,
    );
    expect(() => decodeState(state!.subarray(0, 100), 'work', 'm.state')).toThrow(/m\.state: is damaged/);
  });
});
