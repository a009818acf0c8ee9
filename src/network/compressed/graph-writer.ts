import type { Attribute, Graph, GraphNode, Tensor, ValueInfo } from '../graph.js';
import { floatTensor, tensorOf } from '../tensor.js';

/** Operator set of which all nodes are: the first with scales by channel. */
const opset = 13;

/** Collects the nodes of a chain: every node reads the tensor at its end. Names that are taken get an underscore. */
export class GraphWriter {
  readonly #nodes: GraphNode[] = [];
  readonly #initializers = new Map<string, Tensor>();

  readonly #names: Set<string>;
  #end: string;

  /** @param input name of the graph's input */
  constructor(input: string) {
    this.#names = new Set([input]);
    this.#end = input;
  }

  /** A node on the end of the chain and on constants; its output becomes the end. */
  then(name: string, operator: string, constants: readonly string[] = [], attributes: Record<string, Attribute> = {}) {
    this.#end = this.node(name, operator, [this.#end, ...constants], attributes);
  }

  /** @returns the name of its output, which is its own */
  node(
    wanted: string,
    operator: string,
    inputs: readonly string[],
    attributes: Record<string, Attribute> = {},
  ): string {
    const name = this.#unused(wanted);
    const attributeMap = new Map(Object.entries(attributes));
    this.#nodes.push({ name, operator, domain: '', inputs, outputs: [name], attributes: attributeMap });
    return name;
  }

  /** @returns the name of the constant */
  tensor(wanted: string, tensor: Tensor): string {
    const name = this.#unused(wanted);
    this.#initializers.set(name, tensor);
    return name;
  }

  #unused(wanted: string): string {
    let name = wanted;
    while (this.#names.has(name)) name = `${name}_`;
    this.#names.add(name);
    return name;
  }

  /** A list of numbers or, given as one, a scalar. */
  float(name: string, values: Float32Array | number): string {
    const data = typeof values === 'number' ? Float32Array.of(values) : values;
    return this.tensor(name, floatTensor(typeof values === 'number' ? [] : [data.length], data));
  }

  indices(name: string, values: readonly number[]): string {
    return this.tensor(name, tensorOf('int64', [values.length], values));
  }

  graph(name: string, input: ValueInfo, output: Omit<ValueInfo, 'name'>): Graph {
    return {
      name,
      opset,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: [input],
      outputs: [{ name: this.#end, ...output }],
    };
  }
}

export const int = (value: number): Attribute => ({ kind: 'int', value });
export const ints = (value: readonly number[]): Attribute => ({ kind: 'ints', value });
