import type { Graph } from '../../network/graph.js';
import { addBackward } from './backward.js';
import { type Chain, type ParameterShape, parameterShapes } from './chain.js';
import { addForward, opset } from './forward.js';
import { GraphBuilder } from './graph-builder.js';

/**
 * - `momentum`: v ← μ·v + g, w ← w − η·v (Polyak's, as Caffe and PyTorch write it).
 * - `adam`: Kingma and Ba 2015, algorithm 1 in the order of section 2, whose step size the caller computes.
 */
export type Optimiser = 'momentum' | 'adam';

export interface StepOptions {
  /** Images a step. */
  readonly images: number;
  readonly optimiser: Optimiser;
  /**
   * Layers with the penalty ρ/2 · ‖W − T‖² on their weights: they get the inputs `<layer>.target` (T) and
   * `<layer>.rho`. In ADMM, T = Z − U.
   */
  readonly penalised?: readonly string[];
  /** Layers with the input `<layer>.mask`, zeros and ones: where it is 0 the weight becomes 0 and stays so. */
  readonly masked?: readonly string[];
}

/** State beside a parameter, by optimiser: names are `<parameter>.<state>`. */
export const optimiserStates: Readonly<Record<Optimiser, readonly string[]>> = {
  momentum: ['velocity'],
  adam: ['mean', 'square'],
};

/** What leaves the graph for what enters it as `name`. */
export function updatedName(name: string): string {
  return `${name}.updated`;
}

export const adam = { meanDecay: 0.9, squareDecay: 0.999, epsilon: 1e-8 };

/**
 * One step of training as a graph of inference operators.
 *
 * Inputs: `image` [images, channels, rows, columns], `target` [images, classes] (one-hot), `step_size` η, `momentum` μ (of
 * that optimiser), `decay` (λ of λ/2·‖W‖² on weights), every parameter and its states, targets and masks.
 * Outputs: `loss` (mean cross-entropy, without penalties), and `updatedName` of every parameter and state.
 */
export function stepGraph(chain: Chain, options: StepOptions): Graph {
  const builder = new GraphBuilder();
  const shapes = parameterShapes(chain);
  const gradients = addGradients(builder, chain, options.images);
  for (const name of ['step_size', 'decay']) builder.input(name, []);
  if (options.optimiser === 'momentum') builder.input('momentum', []);
  for (const parameter of shapes) {
    const gradient = withPenalties(builder, parameter, gradients.get(parameter.name)!, options);
    for (const state of optimiserStates[options.optimiser]) {
      builder.input(`${parameter.name}.${state}`, parameter.shape);
      builder.outputOf(updatedName(`${parameter.name}.${state}`), parameter.shape);
    }
    const step =
      options.optimiser === 'momentum'
        ? momentumStep(builder, parameter, gradient)
        : adamStep(builder, parameter, gradient);
    const result = updatedName(parameter.name);
    const masked = parameter.role === 'weight' && (options.masked ?? []).includes(parameter.layer);
    const moved = builder.node('Sub', [parameter.name, step], {}, masked ? undefined : result);
    if (masked) {
      builder.input(`${parameter.layer}.mask`, parameter.shape);
      builder.node('Mul', [moved, `${parameter.layer}.mask`], {}, result);
    }
    builder.outputOf(result, parameter.shape);
  }
  return builder.build(`${chain.name} training step`, opset);
}

/** The loss and the gradient of every parameter (`<parameter>.gradient`), without an update. */
export function gradientGraph(chain: Chain, images: number): Graph {
  const builder = new GraphBuilder();
  const gradients = addGradients(builder, chain, images);
  for (const { name, shape } of parameterShapes(chain)) builder.output(`${name}.gradient`, gradients.get(name)!, shape);
  return builder.build(`${chain.name} gradients`, opset);
}

/** Forward, mean cross-entropy of the softmax, backward: d loss / d score = (softmax − target) / images. */
function addGradients(builder: GraphBuilder, chain: Chain, images: number): ReadonlyMap<string, string> {
  for (const { name, shape } of parameterShapes(chain)) builder.input(name, shape);
  const image = builder.input('image', [images, ...chain.inputShape]);
  const { layers, scores } = addForward(builder, chain, image);
  const target = builder.input('target', [images, layers.at(-1)!.outputShape[0]]);
  const logarithms = builder.node('LogSoftmax', [scores], { axis: 1 });
  const picked = builder.node('ReduceSum', [builder.node('Mul', [logarithms, target])], { keepdims: 0 });
  builder.output('loss', builder.node('Mul', [picked, builder.scalar(-1 / images)]), []);
  const difference = builder.node('Sub', [builder.node('Exp', [logarithms]), target]);
  const scoreGradient = builder.node('Mul', [difference, builder.scalar(1 / images)]);
  return addBackward(builder, layers, scoreGradient, images);
}

function withPenalties(
  builder: GraphBuilder,
  { name, role, layer, shape }: ParameterShape,
  gradient: string,
  options: StepOptions,
): string {
  if (role === 'bias') return gradient;
  let sum = builder.node('Add', [gradient, builder.node('Mul', ['decay', name])]);
  if ((options.penalised ?? []).includes(layer)) {
    builder.input(`${layer}.target`, shape);
    builder.input(`${layer}.rho`, []);
    const distance = builder.node('Sub', [name, `${layer}.target`]);
    sum = builder.node('Add', [sum, builder.node('Mul', [`${layer}.rho`, distance])]);
  }
  return sum;
}

function momentumStep(builder: GraphBuilder, { name }: ParameterShape, gradient: string): string {
  const kept = builder.node('Mul', ['momentum', `${name}.velocity`]);
  const velocity = builder.node('Add', [kept, gradient], {}, updatedName(`${name}.velocity`));
  return builder.node('Mul', ['step_size', velocity]);
}

function adamStep(builder: GraphBuilder, { name }: ParameterShape, gradient: string): string {
  const average = (state: string, decay: number, value: string): string => {
    const old = builder.node('Mul', [builder.scalar(decay), `${name}.${state}`]);
    const fresh = builder.node('Mul', [builder.scalar(1 - decay), value]);
    return builder.node('Add', [old, fresh], {}, updatedName(`${name}.${state}`));
  };
  const mean = average('mean', adam.meanDecay, gradient);
  const square = average('square', adam.squareDecay, builder.node('Mul', [gradient, gradient]));
  const root = builder.node('Add', [builder.node('Sqrt', [square]), builder.scalar(adam.epsilon)]);
  return builder.node('Mul', ['step_size', builder.node('Div', [mean, root])]);
}
