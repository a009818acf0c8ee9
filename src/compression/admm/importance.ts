import { type Chain, type Parameters, parameterShapes } from '../training/chain.js';
import { RuntimeGraph } from '../training/runtime.js';
import { SeededRandom } from '../training/seeded-random.js';
import { gradientGraph } from '../training/step-graph.js';
import type { TrainingSet } from '../training/trainer.js';
import type { ChainWeights } from './project-chain.js';
import { type LayerMatrix, layerMatrices } from './pruned-chain.js';

const batch = 64;
const batches = 40;

/** How much the loss depends on the parts of each layer's matrix. */
export interface Importance {
  /** Of every weight; 0 where it is pruned already. */
  readonly weights: ChainWeights;
  /**
   * By layer, for each filter and each column: its importance as a whole for the sum of its weights' importance. Above 1 where
   * the weights of a part act together, so that losing all of them costs more than losing each. Absent: 1.
   */
  readonly together?: ReadonlyMap<string, { readonly filters: Float64Array; readonly columns: Float64Array }>;
}

/**
 * The mean over minibatches of (Σ gradient · weight)², for each weight, each filter and each column: the squared first term
 * of the loss's Taylor series when that part goes to 0 (Molchanov et al., "Importance Estimation for Neural Network Pruning",
 * CVPR 2019, eq. 8).
 *
 * @param seed chooses the images
 */
export async function estimateImportance(
  chain: Chain,
  parameters: Parameters,
  set: TrainingSet,
  seed: number,
): Promise<Importance> {
  const graph = await RuntimeGraph.open(gradientGraph(chain, batch));
  try {
    const shapes = parameterShapes(chain);
    const classes = shapes.at(-1)!.shape[0]!;
    const size = chain.inputShape.reduce((a, b) => a * b, 1);
    const feeds = shapes.map(({ name, shape }) => [name, { shape, data: parameters.get(name)! }] as const);
    const sums = layerMatrices(chain).map((matrix) => new SquareSums(matrix, parameters.get(`${matrix.name}.weight`)!));
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
      for (const sum of sums) sum.add(results.get(`${sum.matrix.name}.weight.gradient`)!);
    }
    return {
      weights: new Map(sums.map(({ matrix, weights }) => [matrix.name, Float32Array.from(weights)])),
      together: new Map(sums.map((sum) => [sum.matrix.name, sum.together()])),
    };
  } finally {
    await graph.close();
  }
}

/** Sums of squares over minibatches, for one layer. */
class SquareSums {
  readonly weights: Float64Array;
  readonly #filters: Float64Array;
  readonly #columns: Float64Array;

  constructor(
    readonly matrix: LayerMatrix,
    private readonly values: Float32Array,
  ) {
    this.weights = new Float64Array(values.length);
    this.#filters = new Float64Array(matrix.rows);
    this.#columns = new Float64Array(matrix.columns);
  }

  add(gradients: Float32Array): void {
    const { rows, columns } = this.matrix;
    const columnTerms = new Float64Array(columns);
    for (let row = 0, index = 0; row < rows; row++) {
      let rowTerm = 0;
      for (let column = 0; column < columns; column++, index++) {
        const term = gradients[index]! * this.values[index]!;
        this.weights[index]! += term * term;
        rowTerm += term;
        columnTerms[column]! += term;
      }
      this.#filters[row]! += rowTerm * rowTerm;
    }
    columnTerms.forEach((term, column) => (this.#columns[column]! += term * term));
  }

  together(): { filters: Float64Array; columns: Float64Array } {
    const { rows, columns } = this.matrix;
    const filterSums = new Float64Array(rows);
    const columnSums = new Float64Array(columns);
    this.weights.forEach((value, index) => {
      filterSums[Math.floor(index / columns)]! += value;
      columnSums[index % columns]! += value;
    });
    const quotient = (whole: Float64Array, parts: Float64Array): Float64Array =>
      whole.map((value, index) => (parts[index] === 0 ? 1 : value / parts[index]!));
    return { filters: quotient(this.#filters, filterSums), columns: quotient(this.#columns, columnSums) };
  }
}
