import type { Graph } from '../graph.js';
import { ModelError } from '../model-error.js';
import type { Layer, Network } from '../network.js';
import { buildChain } from './build-chain.js';
import type { Draft } from './chain.js';
import { saturation } from './clamp.js';
import { formatSupportTable, type SupportProblem } from './support.js';

/**
 * Everything about a graph that an engine cannot do, found without running it: unknown operators first; the structure
 * (is it one chain? can everything be merged?) where all operators are known.
 */
export function checkSupport(graph: Graph): SupportProblem[] {
  return buildChain(graph).problems;
}

/**
 * The graph as a chain of layers, with everything merged into them that is not a layer. A fixed batch becomes 1.
 *
 * @throws ModelError with the table of all problems when the graph is not such a chain
 */
export function lowerGraph(graph: Graph): Network {
  const { chain, problems } = buildChain(graph);
  if (chain === undefined || problems.length > 0) {
    throw new SupportError(problems);
  }
  return {
    name: graph.name,
    inputName: inputName(graph),
    inputShape: chain.inputShape,
    ...(chain.inputQuantization === undefined ? {} : { inputQuantization: chain.inputQuantization }),
    layers: chain.drafts.map((draft) => finish(draft)),
    ending: chain.ending,
  };
}

/** A graph that no engine runs: one line for the error, the table of all its problems for the terminal. */
export class SupportError extends ModelError {
  readonly table: string;

  constructor(readonly problems: readonly SupportProblem[]) {
    const first = problems[0];
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super(
      `${first?.operator ?? 'graph'}: ${first?.reason ?? 'not a network'}${more}`,
      first === undefined || first.node === '' ? {} : { node: first.node },
      first?.rewrite ?? 'use a chain of layers',
    );
    this.table = formatSupportTable(problems);
  }
}

function inputName(graph: Graph): string {
  return graph.inputs[0]!.name;
}

function finish(draft: Draft): Layer {
  if (!('weights' in draft)) return { ...draft };
  const { name, inputShape, outputShape, geometry, weightQuantization, outputQuantization } = draft;
  const clamp = draft.clamp ?? (outputQuantization && saturation(outputQuantization));
  const common = {
    name,
    inputShape,
    outputShape,
    weights: Float32Array.from(draft.weights),
    bias: Float32Array.from(draft.bias),
    ...(clamp === undefined ? {} : { clamp }),
    ...(weightQuantization === undefined ? {} : { weightQuantization }),
    ...(outputQuantization === undefined ? {} : { outputQuantization }),
  };
  return geometry === undefined
    ? { kind: 'fullyConnected', ...common }
    : { kind: 'convolution', ...common, ...geometry };
}
