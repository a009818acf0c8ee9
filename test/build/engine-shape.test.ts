import { describe, expect, test } from 'vitest';
import type { StageShape } from '../../generators/engine.js';
import { engineShape } from '../../src/build/engine-shape.js';
import type { EnginePlan } from '../../src/layout/plan.js';
import { weightImages } from '../../src/layout/weight-images.js';
import { randomPlan } from '../generators/engine/random-plan.js';
import { drawer } from '../network/integer/random-network.js';

const plans = Array.from({ length: 150 }, (_, seed) => randomPlan(drawer(seed)));

/** Values that a stage takes for an image, and that it gives. */
function streamOf(stage: StageShape): { bits: number; outputBits: number } {
  if (stage.kind === 'pool') {
    const { valueBits } = stage.pool;
    return { bits: valueBits, outputBits: stage.requantise?.outputBits ?? valueBits };
  }
  const { source } = stage;
  const { valueBits } = source.kind === 'window' ? source.window : source.vector;
  return { bits: valueBits, outputBits: stage.requantise.outputBits };
}

function named(plan: EnginePlan, names: readonly string[]): EnginePlan {
  const layers = plan.layers.map((placed, index) => {
    return { ...placed, layer: { ...placed.layer, name: names[index] ?? `other${index}` } } as typeof placed;
  });
  return { ...plan, network: { ...plan.network, layers: layers.map(({ layer }) => layer) }, layers };
}

const nameOf = (stage: StageShape): string => (stage.kind === 'bank' ? stage.bank.name : stage.pool.name);

describe('the shape of an engine', () => {
  test('has stages whose widths agree from the image to the result', () => {
    for (const plan of plans) {
      const shape = engineShape(plan, { top: 'unit', body: 'fpga' });
      let bits = shape.inputBits;
      for (const stage of shape.stages) {
        const stream = streamOf(stage);
        expect(stream.bits).toBe(bits);
        bits = stream.outputBits;
      }
      expect(shape.scoreBits).toBe(bits);
      expect(shape.labels).toBe(plan.network.ending === 'argmax');
      expect(shape.scores).toBe(plan.network.layers.at(-1)!.outputShape.reduce((product, size) => product * size, 1));
    }
  });

  test('holds one bias and one multiplier for each filter, and the images of all subarrays', () => {
    for (const plan of plans) {
      const { stages } = engineShape(plan, { top: 'unit', body: 'behavioural' });
      for (const [index, stage] of stages.entries()) {
        const placed = plan.layers[index]!;
        if (stage.kind !== 'bank' || placed.kind !== 'bank') continue;
        const { layer, bank } = placed;
        expect(stage.requantise.bias).toEqual([...layer.bias]);
        expect(stage.requantise.scale?.multiplier).toEqual(
          layer.requantization && [...layer.requantization.multiplier],
        );
        expect(stage.bank.images.map(({ words }) => words)).toEqual(
          weightImages(layer, bank, stage.bank.rows).map(({ words }) => words),
        );
      }
    }
  });

  test('gives every file a name of its own', () => {
    for (const plan of plans) {
      const { stages } = engineShape(plan, { top: 'unit', body: 'fpga' });
      const files = stages.flatMap((stage) =>
        stage.kind === 'bank' ? [stage.requantise.tableFile, ...stage.bank.images.map(({ file }) => file)] : [],
      );
      expect(new Set(files).size).toBe(files.length);
    }
  });

  test('makes names of modules from any names of layers', () => {
    const plan = plans.find(({ layers }) => layers.length >= 3)!;
    const { stages } = engineShape(named(plan, ['/conv1/Conv', 'conv1 conv', '3.weird-Näme']), {
      top: 'unit',
      body: 'fpga',
    });
    const names = stages.map(nameOf);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[a-z]\w*$/i);
  });

  test('numbers the subarrays of macros through, with whole rows to be written', () => {
    for (const plan of plans) {
      const shape = engineShape(plan, { top: 'unit', body: 'asic' });
      const { rows, columns } = plan.geometry;
      expect(shape.programming).toMatchObject({ rows, columns, writeCycles: plan.geometry.writeCycles });
      let next = 0;
      for (const stage of shape.stages) {
        if (stage.kind !== 'bank') continue;
        expect(stage.bank.programming!.first).toBe(next);
        expect(stage.bank.rows).toBe(rows);
        next += stage.bank.images.length;
      }
      expect(shape.programming!.arrays).toBe(next);
    }
  });
});
