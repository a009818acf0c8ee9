import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bankCycles } from '../../../src/layout/plan.js';
import type { Component } from '../../../src/layout/timing/component.js';
import { componentsOf, resultsOf } from '../../../src/layout/timing/engine-components.js';
import { predictCycles } from '../../../src/layout/timing/index.js';
import { Pipeline } from '../../../src/layout/timing/pipeline.js';
import { randomPlan } from '../../generators/engine/random-plan.js';
import { drawer } from '../../network/integer/random-network.js';

const runs = Number(process.env['SOTTO_TIMING_RUNS'] ?? 300);

/** A component that may never jump. */
function singleSteps(component: Component): Component {
  return {
    offers: () => component.offers(),
    settle: (offered, taken) => component.settle(offered, taken),
    horizon: () => Math.min(1, component.horizon()),
    advance: () => component.advance(1),
    state: () => component.state(),
  };
}

describe('the prediction', () => {
  test(`jumps to where ${runs} random engines come cycle by cycle, and repeats where they do`, () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const plan = randomPlan(drawer(seed));
        const predicted = predictCycles(plan);
        const slow = new Pipeline(componentsOf(plan).map(singleSteps), resultsOf(plan));
        for (let image = 1; image <= 9; image++) expect(predicted.completion(image)).toBe(slow.nextCompletion());
      }),
      { numRuns: runs, seed: 6 },
    );
  });

  test('is bounded by the layer that senses longest and by the busiest stream', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const plan = randomPlan(drawer(seed));
        const { cyclesPerImage, layers, latency, completion } = predictCycles(plan);
        expect(completion(1)).toBe(latency);
        const far = 1000;
        expect((completion(2 * far) - completion(far)) / far).toBeCloseTo(cyclesPerImage, 1);
        const banks = plan.layers.filter((layer) => layer.kind === 'bank');
        expect(layers).toEqual(
          banks.map(({ layer, bank }) => ({
            name: layer.name,
            sensingCycles: bankCycles(bank, layer.outputShape[1] * layer.outputShape[2]),
          })),
        );
        const inputs = plan.network.input.shape.reduce((product, size) => product * size, 1);
        expect(cyclesPerImage).toBeGreaterThanOrEqual(
          Math.max(resultsOf(plan), inputs, ...layers.map(({ sensingCycles }) => sensingCycles)),
        );
      }),
      { numRuns: runs, seed: 7 },
    );
  });

  test.each([0, -1, 1.5, Number.NaN])('knows no image number %d', (images) => {
    const { completion } = predictCycles(randomPlan(drawer(1)));
    expect(() => completion(images)).toThrow(`images are counted from 1; got ${images}`);
  });
});
