import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { train, type TrainOptions } from '../../src/workflow/train.js';
import { digitFiles } from './digit-files.js';

const folder = mkdtempSync(join(tmpdir(), 'sotto-train-'));
const out = join(folder, 'trained.onnx');
let options: TrainOptions;
beforeAll(async () => {
  const { data, model } = await digitFiles(folder);
  options = { network: model, data, out, epochs: 4, images: 640, shift: 1 };
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What somebody who presses Ctrl-C after the second epoch leaves. */
async function interrupt(more: Partial<TrainOptions> = {}): Promise<void> {
  const run = train({
    ...options,
    ...more,
    onEpoch: (epoch) => {
      if (epoch === 2) throw new Error('interrupted');
    },
  });
  await expect(run).rejects.toThrow('interrupted');
}

test('a run that is interrupted goes on where it stopped, to the same bytes', async () => {
  const whole = await train(options);
  const bytes = readFileSync(out);
  rmSync(out);
  await interrupt();
  expect(existsSync(out)).toBe(false);
  const epochs: number[] = [];
  const result = await train({ ...options, onResume: (epoch) => epochs.push(epoch) });
  expect(epochs).toEqual([2]);
  expect(result).toEqual(whole);
  expect(readFileSync(out)).toEqual(bytes);
  expect(existsSync(`${out}.state`)).toBe(false);
});

test('a state of other options is not taken, unless the run starts anew', async () => {
  await interrupt();
  await expect(train({ ...options, seed: 2 })).rejects.toThrow(
    /trained\.onnx\.state: is the state of a run with another/,
  );
  expect((await train({ ...options, seed: 2, restart: true })).images).toBe(640);
});
