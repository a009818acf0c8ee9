import { intAttribute, type OperatorContext, type TensorInfo } from '../float/operator.js';
import { inferNode } from '../float/run-graph.js';
import type { Graph, GraphNode } from '../graph.js';
import { ModelError } from '../model-error.js';
import { adviceOn, adviceOnJoin } from './advice.js';
import { lowerArithmetic, lowerBatchNormalization } from './affine.js';
import { Chain } from './chain.js';
import { lowerClamp } from './clamp.js';
import { lowerGlobalPool, lowerPad, lowerPool } from './pool.js';
import { lowerDequantize, lowerQuantize } from './quantization.js';
import type { QuantizedConstant, Step } from './step.js';
import { type SupportProblem, Unsupported } from './support.js';
import { lowerEnding, lowerReshape, lowerTranspose } from './view.js';
import { lowerConvolution, lowerFullyConnected } from './weighted.js';

type Lower = (chain: Chain, step: Step) => void;

const nothing: Lower = () => undefined;

const LOWER: ReadonlyMap<string, Lower> = new Map<string, Lower>([
  ['Conv', lowerConvolution],
  ['Gemm', lowerFullyConnected],
  ['MatMul', lowerFullyConnected],
  ['BatchNormalization', lowerBatchNormalization],
  ['Add', lowerArithmetic],
  ['Sub', lowerArithmetic],
  ['Mul', lowerArithmetic],
  ['Div', lowerArithmetic],
  ['Sum', lowerArithmetic],
  ['Relu', lowerClamp],
  ['Clip', lowerClamp],
  ['MaxPool', lowerPool],
  ['AveragePool', lowerPool],
  ['GlobalAveragePool', lowerGlobalPool],
  ['GlobalMaxPool', lowerGlobalPool],
  ['ReduceMean', lowerGlobalPool],
  ['Flatten', lowerReshape],
  ['Reshape', lowerReshape],
  ['Squeeze', lowerReshape],
  ['Unsqueeze', lowerReshape],
  ['Transpose', lowerTranspose],
  ['Pad', lowerPad],
  ['Identity', nothing],
  ['Dropout', nothing],
  ['Cast', lowerCast],
  ['Softmax', lowerEnding],
  ['LogSoftmax', lowerEnding],
  ['ArgMax', lowerEnding],
  ['QuantizeLinear', lowerQuantize],
  ['DequantizeLinear', lowerDequantize],
]);

/** Operators that may follow the softmax or argmax. */
const AFTER_ENDING: ReadonlySet<string> = new Set(
  'Identity Reshape Flatten Squeeze Unsqueeze Cast QuantizeLinear DequantizeLinear ArgMax'.split(' '),
);

export interface BuiltChain {
  readonly chain: Chain | undefined;
  readonly problems: SupportProblem[];
}

/** Walks the graph once to know its constants and shapes and judge its operators, then again to build the chain. */
export function buildChain(graph: Graph): BuiltChain {
  const survey = surveyGraph(graph);
  if (survey.problems.length > 0) return { chain: undefined, problems: survey.problems };
  const whole = (reason: string, rewrite: string): BuiltChain => ({
    chain: undefined,
    problems: [{ node: '', operator: 'graph', reason, rewrite }],
  });
  const [input, ...otherInputs] = graph.inputs.filter(({ name }) => survey.used.has(name));
  if (input === undefined || otherInputs.length > 0) {
    return whole(`it reads ${otherInputs.length + (input ? 1 : 0)} inputs`, 'use a network of one image input');
  }
  if (graph.outputs.length !== 1) return whole(`it has ${graph.outputs.length} outputs`, 'keep one output');
  return walk(graph, survey, input.name, graph.outputs[0]!.name);
}

interface Survey {
  readonly problems: SupportProblem[];
  readonly known: ReadonlyMap<string, TensorInfo>;
  readonly quantizedConstants: ReadonlyMap<string, QuantizedConstant>;
  /** Tensors that some node that matters reads. */
  readonly used: ReadonlySet<string>;
  /** The nodes that work on the image, in order. */
  readonly steps: readonly GraphNode[];
}

function surveyGraph(graph: Graph): Survey {
  const known = new Map<string, TensorInfo>();
  for (const [name, constant] of graph.initializers) known.set(name, { ...constant, constant });
  for (const { name, type, shape } of graph.inputs) {
    known.set(name, { type, shape: shape.map((size) => (typeof size === 'number' ? size : 1)) });
  }
  const quantizedConstants = new Map<string, QuantizedConstant>();
  const problems: SupportProblem[] = [];
  const used = neededTensors(graph);
  const steps: GraphNode[] = [];
  for (const node of graph.nodes) {
    if (!node.outputs.some((name) => used.has(name))) continue;
    const inputs = node.inputs.map((name) => (name === '' ? undefined : known.get(name)));
    const context: OperatorContext = { node, opset: graph.opset };
    const outputs = tryInfer(inputs, context);
    if (outputs instanceof Array) {
      for (const [o, name] of node.outputs.entries()) if (outputs[o] !== undefined) known.set(name, outputs[o]);
      if (outputs[0]?.constant !== undefined) {
        noteQuantizedConstant(node, inputs, context, quantizedConstants);
        continue;
      }
    }
    steps.push(node);
    const maps = node.inputs.filter((name) => name !== '' && known.get(name)?.constant === undefined);
    const advice = adviceOn(node) ?? (new Set(maps).size > 1 || maps.length > 1 ? adviceOnJoin(node) : undefined);
    if (advice !== undefined) problems.push({ node: node.name, operator: node.operator, ...advice });
    // What a reported node would have made is unknown, so what follows it cannot be inferred and is no problem itself.
    else if (outputs instanceof ModelError && node.inputs.every((name) => name === '' || known.has(name))) {
      problems.push(problemOf(node, outputs));
    }
  }
  return { problems, known, quantizedConstants, used, steps };
}

function tryInfer(inputs: readonly (TensorInfo | undefined)[], context: OperatorContext): TensorInfo[] | ModelError {
  try {
    return inferNode(inputs, context);
  } catch (error) {
    if (error instanceof ModelError) return error;
    throw error;
  }
}

function noteQuantizedConstant(
  node: GraphNode,
  inputs: readonly (TensorInfo | undefined)[],
  context: OperatorContext,
  constants: Map<string, QuantizedConstant>,
): void {
  const [integers, scale, zeroPoint] = inputs.map((input) => input?.constant);
  const name = node.outputs[0]!;
  const through = constants.get(node.inputs[0] ?? '');
  if (node.operator === 'Identity' && through !== undefined) constants.set(name, through);
  if (node.operator !== 'DequantizeLinear' || integers === undefined || scale === undefined) return;
  constants.set(name, { integers, scale, zeroPoint, axis: intAttribute(context, 'axis', 1) });
}

function neededTensors(graph: Graph): Set<string> {
  const used = new Set(graph.outputs.map(({ name }) => name));
  for (const node of [...graph.nodes].reverse()) {
    if (node.outputs.some((name) => used.has(name))) for (const input of node.inputs) used.add(input);
  }
  return used;
}

function walk(graph: Graph, survey: Survey, input: string, output: string): BuiltChain {
  const problems: SupportProblem[] = [];
  const info = survey.known.get(input)!;
  let chain: Chain;
  try {
    chain = new Chain(info.shape.length > 1 ? info.shape[0]! : 1, info.shape);
  } catch (error) {
    return { chain: undefined, problems: [problemOf({ name: '', operator: 'graph' }, error)] };
  }
  let current = input;
  for (const node of survey.steps) {
    try {
      lowerNode(chain, stepOf(graph, survey, node), current);
    } catch (error) {
      problems.push(problemOf(node, error));
      // After one failure the state of the chain is a guess; more problems would be echoes of it.
      return { chain: undefined, problems };
    }
    current = node.outputs[0]!;
  }
  const ending = endProblem(chain, current, output);
  if (ending !== undefined) problems.push({ node: '', operator: 'graph', ...ending });
  return { chain, problems };
}

function stepOf(graph: Graph, survey: Survey, node: GraphNode): Step {
  return {
    node,
    context: { node, opset: graph.opset },
    inputs: node.inputs.map((name) => survey.known.get(name)),
    shape: survey.known.get(node.outputs[0]!)!.shape,
    quantizedConstants: survey.quantizedConstants,
  };
}

function lowerNode(chain: Chain, step: Step, current: string): void {
  const { node } = step;
  if (!node.inputs.includes(current)) {
    throw new Unsupported(
      `it does not continue from '${current}': the engine is one chain`,
      'use a network without branches (LeNet, VGG, MobileNet v1)',
    );
  }
  if (chain.ending !== 'scores' && !AFTER_ENDING.has(node.operator)) {
    throw new Unsupported(`it follows the ${chain.ending}`, 'end the network with its scores');
  }
  LOWER.get(node.operator)!(chain, step);
  if (chain.ending !== 'scores') chain.shape = step.shape;
}

function lowerCast(chain: Chain, step: Step): void {
  const from = step.inputs[0]!.type;
  if (chain.ending === 'argmax' || (from === 'float32' && intAttribute(step.context, 'to', 1) === 1)) return;
  throw new Unsupported(`it casts a feature map of ${from}`, 'feed the network float32 images');
}

function endProblem(chain: Chain, current: string, output: string): { reason: string; rewrite: string } | undefined {
  if (current !== output)
    return { reason: `output '${output}' is not the end of the chain`, rewrite: 'keep one output' };
  if (!chain.drafts.some((draft) => 'weights' in draft)) {
    return { reason: 'it has no layer with weights', rewrite: 'give a network of Conv, Gemm or MatMul' };
  }
  if (chain.pending !== undefined) {
    return { reason: 'a scaling at its end cannot be merged into a layer', rewrite: 'scale right after the layer' };
  }
  if (chain.order !== undefined || chain.padding.some((cells) => cells !== 0)) {
    return { reason: 'it ends with a transpose or a pad', rewrite: 'end the network with its scores' };
  }
  return undefined;
}

function problemOf(node: { readonly name: string; readonly operator: string }, error: unknown): SupportProblem {
  const { name, operator } = node;
  if (error instanceof Unsupported) return { node: name, operator, reason: error.message, rewrite: error.rewrite };
  if (error instanceof ModelError) {
    // The table has the operator in a column of its own.
    const reason = error.what.startsWith(`${operator}: `) ? error.what.slice(operator.length + 2) : error.what;
    return { node: name, operator, reason, rewrite: error.hint };
  }
  throw error;
}
