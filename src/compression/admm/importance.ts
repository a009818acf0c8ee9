import { type Chain, type Parameters, parameterShapes } from '../training/chain.js';
import { RuntimeGraph } from '../training/runtime.js';
import { SeededRandom } from '../training/seeded-random.js';
import { gradientGraph } from '../training/step-graph.js';
import type { TrainingSet } from '../training/trainer.js';
import type { ChainWeights } from './project-chain.js';

const batch = 64;
const batches = 40;

/**
 * How much the loss depends on each weight: the mean over minibatches of (gradient · weight)², the squared first term of
 * the loss's Taylor series when the weight goes to 0 (Molchanov et al., "Importance Estimation for Neural Network
 * Pruning", CVPR 2019, eq. 8).
 *
 * @param seed chooses the images
 */
export async function weightImportance(
  chain: Chain,
  parameters: Parameters,
  set: TrainingSet,
  seed: number,
): Promise<ChainWeights> {
  const graph = await RuntimeGraph.open(gradientGraph(chain, batch));
  try {
    const shapes = parameterShapes(chain);
    const classes = shapes.at(-1)!.shape[0]!;
    const size = chain.inputShape.reduce((a, b) => a * b, 1);
    const feeds = shapes.map(({ name, shape }) => [name, { shape, data: parameters.get(name)! }] as const);
    const layers = shapes.filter(({ role }) => role === 'weight');
    const sums = new Map(layers.map(({ name, layer }) => [layer, new Float64Array(parameters.get(name)!.length)]));
    const random = new SeededRandom(seed);
    for (let round = 0; round < batches; round++) {
      const images = new Float32Array(batch * size);
      const target = new Float32Array(batch * classes);
      for (let place = 0; place < batch; place++) {
        const index = random.below(set.count);
        images.set(set.images.subarray(index * size, (index + 1) * size), place * size);
        target[place * classes + set.classes[index]!] = 1;
      }
      const results = await graph.run(
        new Map([
          ...feeds,
          ['image', { shape: [batch, ...chain.inputShape], data: images }],
          ['target', { shape: [batch, classes], data: target }],
        ]),
      );
      for (const { name, layer } of layers) {
        const gradients = results.get(`${name}.gradient`)!;
        const weights = parameters.get(name)!;
        const sum = sums.get(layer)!;
        for (let index = 0; index < sum.length; index++) sum[index]! += (gradients[index]! * weights[index]!) ** 2;
      }
    }
    return new Map([...sums].map(([layer, sum]) => [layer, Float32Array.from(sum, (value) => value / batches)]));
  } finally {
    await graph.close();
  }
}
