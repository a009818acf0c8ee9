import type { Graph } from '../../network/graph.js';
import { type Chain, type Parameters, type ParameterShape, parameterShapes, randomParameters } from './chain.js';
import { inferenceGraph, trainedGraph } from './forward.js';
import { type Feed, RuntimeGraph } from './runtime.js';
import { moveImage } from './move-image.js';
import { SeededRandom } from './seeded-random.js';
import { TrainingError } from './training-error.js';
import { adam, type Optimiser, optimiserStates, stepGraph, updatedName } from './step-graph.js';

/** Images as the network reads them (preprocessed), and the class of each. */
export interface TrainingSet {
  readonly count: number;
  /** [count, channels, rows, columns]. */
  readonly images: Float32Array;
  readonly classes: ArrayLike<number>;
  /** What comes in where an image is moved: the value of an empty pixel, default 0. */
  readonly blank?: number;
}

export interface TrainerOptions {
  /** Of the first weights and of the order of images. */
  readonly seed: number;
  /** Images a step, default 64; a last incomplete batch of an epoch is left out. */
  readonly batch?: number;
  /** Default `momentum`. */
  readonly optimiser?: Optimiser;
  /** Default: random. */
  readonly parameters?: Parameters;
  /** Layers that `Pull`s will be given for. */
  readonly penalised?: readonly string[];
  /** Layers that masks will be given for. */
  readonly masked?: readonly string[];
}

/** The penalty ρ/2 · ‖W − target‖² on a layer's weights. */
export interface Pull {
  readonly target: Float32Array;
  readonly rho: number;
}

export interface EpochOptions {
  readonly stepSize: number;
  /** Default 0.9; of the optimiser `momentum`. */
  readonly momentum?: number;
  /** λ of λ/2 · ‖W‖² on weights, default 0. */
  readonly decay?: number;
  /** By layer, for each of `penalised`. */
  readonly pulls?: ReadonlyMap<string, Pull>;
  /** By layer, for each of `masked`: zeros and ones, as many as weights. */
  readonly masks?: ReadonlyMap<string, Float32Array>;
  /** Pixels by which an image is moved at random, up or down and left or right, at most; `blank` comes in. Default 0. */
  readonly shift?: number;
}

/** All that decides how training goes on; plain data, to be kept in a file. */
export interface TrainerState {
  readonly steps: number;
  readonly random: number;
  /** Parameters and the optimiser's states by name. */
  readonly tensors: ReadonlyMap<string, Float32Array>;
}

/**
 * Trains a chain by minibatches. The same versions on a processor with the same instruction set give the same weights, bit
 * for bit.
 */
export class Trainer {
  readonly #chain: Chain;
  readonly #shapes: readonly ParameterShape[];
  readonly #batch: number;
  readonly #optimiser: Optimiser;
  readonly #random: SeededRandom;
  readonly #step: RuntimeGraph;
  readonly #inference: RuntimeGraph;
  /** Parameters and optimiser states, as they enter the next step. */
  readonly #state = new Map<string, Feed>();
  readonly #penalised: readonly string[];
  readonly #masked: readonly string[];
  #steps = 0;

  private constructor(chain: Chain, options: TrainerOptions, step: RuntimeGraph, inference: RuntimeGraph) {
    this.#chain = chain;
    this.#shapes = parameterShapes(chain);
    this.#batch = options.batch ?? 64;
    this.#optimiser = options.optimiser ?? 'momentum';
    this.#random = new SeededRandom(options.seed);
    this.#step = step;
    this.#inference = inference;
    this.#penalised = options.penalised ?? [];
    this.#masked = options.masked ?? [];
    this.setParameters(options.parameters ?? randomParameters(chain, options.seed));
  }

  /** Close it in the end: ONNX Runtime holds memory. */
  static async open(chain: Chain, options: TrainerOptions): Promise<Trainer> {
    const step = stepGraph(chain, {
      images: options.batch ?? 64,
      optimiser: options.optimiser ?? 'momentum',
      penalised: options.penalised ?? [],
      masked: options.masked ?? [],
    });
    return new Trainer(chain, options, await RuntimeGraph.open(step), await RuntimeGraph.open(inferenceGraph(chain)));
  }

  async close(): Promise<void> {
    await this.#step.close();
    await this.#inference.close();
  }

  /** Copies of the parameters as they are now. */
  parameters(): Parameters {
    return new Map(this.#shapes.map(({ name }) => [name, this.#state.get(name)!.data.slice()]));
  }

  /** Goes on from other values, with the optimiser's states at 0. */
  setParameters(parameters: Parameters): void {
    this.#steps = 0;
    for (const { name, shape } of this.#shapes) {
      const values = parameters.get(name);
      const count = shape.reduce((a, b) => a * b, 1);
      if (values?.length !== count) {
        throw new RangeError(
          `'${name}' has ${values?.length ?? 'no'} values, but ${shape.join(' × ')} = ${count} are due`,
        );
      }
      this.#state.set(name, { shape, data: values.slice() });
      for (const state of optimiserStates[this.#optimiser]) {
        this.#state.set(`${name}.${state}`, { shape, data: new Float32Array(count) });
      }
    }
  }

  /** Copies all that decides how training goes on. */
  state(): TrainerState {
    const tensors = new Map([...this.#state].map(([name, { data }]) => [name, data.slice()]));
    return { steps: this.#steps, random: this.#random.state, tensors };
  }

  /** Goes on where `state` was taken, of a trainer with the same chain and options: the results are the same, bit for bit. */
  restore({ steps, random, tensors }: TrainerState): void {
    for (const [name, { shape, data }] of this.#state) {
      const kept = tensors.get(name);
      if (kept?.length !== data.length) {
        throw new RangeError(`the state holds ${kept?.length ?? 'no'} values of '${name}', but ${data.length} are due`);
      }
      this.#state.set(name, { shape, data: kept.slice() });
    }
    this.#steps = steps;
    this.#random.state = random;
  }

  /** The network with its weights of now, as a model for one image. */
  graph(): Graph {
    return trainedGraph(this.#chain, this.parameters());
  }

  /**
   * Every image once, in a random order.
   *
   * @returns mean cross-entropy over the steps, without penalties
   * @throws TrainingError when a step's loss is no longer a number
   */
  async epoch(set: TrainingSet, options: EpochOptions): Promise<number> {
    const steps = Math.floor(set.count / this.#batch);
    if (steps === 0) throw new RangeError(`${set.count} images are no whole batch of ${this.#batch}`);
    const order = this.#random.permutation(set.count);
    const fixed = this.#fixedFeeds(options);
    const imageSize = this.#imageSize();
    const images = new Float32Array(this.#batch * imageSize);
    const classCount = this.#shapes.at(-1)!.shape[0]!;
    let loss = 0;
    for (let step = 0; step < steps; step++) {
      const target = new Float32Array(this.#batch * classCount);
      for (let place = 0; place < this.#batch; place++) {
        const index = order[step * this.#batch + place]!;
        moveImage(
          set.images.subarray(index * imageSize, (index + 1) * imageSize),
          this.#chain.inputShape,
          { ...this.#move(options.shift ?? 0), blank: set.blank ?? 0 },
          images.subarray(place * imageSize, (place + 1) * imageSize),
        );
        target[place * classCount + set.classes[index]!] = 1;
      }
      this.#steps++;
      const results = await this.#step.run(
        new Map([
          ...fixed,
          ...this.#state,
          ['step_size', scalar(this.#stepSize(options.stepSize))],
          ['image', { shape: [this.#batch, ...this.#chain.inputShape], data: images }],
          ['target', { shape: [this.#batch, classCount], data: target }],
        ]),
      );
      for (const [name, { shape }] of this.#state)
        this.#state.set(name, { shape, data: results.get(updatedName(name))! });
      const stepLoss = results.get('loss')![0]!;
      if (!Number.isFinite(stepLoss)) {
        throw new TrainingError(
          `step ${this.#steps} of '${this.#chain.name}'`,
          `the loss is ${stepLoss}`,
          `use a step size below ${options.stepSize}`,
        );
      }
      loss += stepLoss;
    }
    return loss / steps;
  }

  /** The scores of every image, [count, classes]. */
  async scores(set: Pick<TrainingSet, 'count' | 'images'>): Promise<Float32Array> {
    const imageSize = this.#imageSize();
    const classCount = this.#shapes.at(-1)!.shape[0]!;
    const scores = new Float32Array(set.count * classCount);
    const parameters = this.#shapes.map(({ name }) => [name, this.#state.get(name)!] as const);
    for (let first = 0; first < set.count; first += evaluatedAtOnce) {
      const count = Math.min(evaluatedAtOnce, set.count - first);
      const data = set.images.subarray(first * imageSize, (first + count) * imageSize);
      const image = { shape: [count, ...this.#chain.inputShape], data };
      const results = await this.#inference.run(new Map([...parameters, ['image', image]]));
      scores.set(results.get('scores')!, first * classCount);
    }
    return scores;
  }

  /** The part of the images whose largest score is that of their class, 0 … 1. */
  async accuracy(set: TrainingSet): Promise<number> {
    const scores = await this.scores(set);
    const classCount = scores.length / set.count;
    let correct = 0;
    for (let index = 0; index < set.count; index++) {
      const own = scores.subarray(index * classCount, (index + 1) * classCount);
      if (own.indexOf(own.reduce((a, b) => Math.max(a, b))) === set.classes[index]) correct++;
    }
    return correct / set.count;
  }

  /** A random move of up to `shift` pixels each way. */
  #move(shift: number): { down: number; right: number } {
    if (shift === 0) return { down: 0, right: 0 };
    const distance = (): number => this.#random.below(2 * shift + 1) - shift;
    return { down: distance(), right: distance() };
  }

  #imageSize(): number {
    return this.#chain.inputShape.reduce((a, b) => a * b, 1);
  }

  /** Adam's step size holds the correction of its averages, which start at 0. */
  #stepSize(stepSize: number): number {
    if (this.#optimiser === 'momentum') return stepSize;
    return (stepSize * Math.sqrt(1 - adam.squareDecay ** this.#steps)) / (1 - adam.meanDecay ** this.#steps);
  }

  #fixedFeeds({ momentum, decay, pulls, masks }: EpochOptions): Map<string, Feed> {
    const feeds = new Map<string, Feed>([['decay', scalar(decay ?? 0)]]);
    if (this.#optimiser === 'momentum') feeds.set('momentum', scalar(momentum ?? 0.9));
    const shapeOf = (layer: string): readonly number[] =>
      this.#shapes.find(({ name }) => name === `${layer}.weight`)!.shape;
    for (const layer of this.#penalised) {
      const pull = pulls?.get(layer);
      if (pull === undefined) throw new RangeError(`there is no penalty for the layer '${layer}'`);
      feeds.set(`${layer}.target`, { shape: shapeOf(layer), data: pull.target });
      feeds.set(`${layer}.rho`, scalar(pull.rho));
    }
    for (const layer of this.#masked) {
      const mask = masks?.get(layer);
      if (mask === undefined) throw new RangeError(`there is no mask for the layer '${layer}'`);
      feeds.set(`${layer}.mask`, { shape: shapeOf(layer), data: mask });
    }
    return feeds;
  }
}

const evaluatedAtOnce = 250;

function scalar(value: number): Feed {
  return { shape: [], data: Float32Array.of(value) };
}
