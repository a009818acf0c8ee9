import type { Attribute, Graph, GraphNode, Tensor } from '../../src/network/graph.js';
import { floatTensor, tensorOf } from '../../src/network/tensor.js';

/** A small repeatable source of numbers in [-1, 1) (xorshift, 32 bits). */
export function randomNumbers(seed: number): () => number {
  let state = (seed | 0) === 0 ? 1 : seed | 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 31 - 1;
  };
}

type AttributeValue = number | string | readonly number[] | { readonly float: number };

function attributeOf(value: AttributeValue): Attribute {
  if (typeof value === 'number') return { kind: 'int', value };
  if (typeof value === 'string') return { kind: 'string', value };
  if ('float' in value) return { kind: 'float', value: value.float };
  return { kind: 'ints', value };
}

/** Builds graphs for tests: nodes are added in a chain, each tensor named after its node. */
export class GraphBuilder {
  readonly nodes: GraphNode[] = [];
  readonly initializers = new Map<string, Tensor>();
  current = 'image';

  constructor(
    readonly shape: readonly (number | string)[],
    readonly opset = 17,
  ) {}

  weights(name: string, shape: readonly number[], random: () => number, scale = 1): string {
    const data = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random() * scale);
    this.initializers.set(name, floatTensor(shape, data));
    return name;
  }

  ints(name: string, values: readonly number[]): string {
    this.initializers.set(name, tensorOf('int64', [values.length], values));
    return name;
  }

  tensor(name: string, tensor: Tensor): string {
    this.initializers.set(name, tensor);
    return name;
  }

  /** A node on the tensor at the end of the chain and on `others`, which becomes the end. */
  then(
    operator: string,
    others: readonly string[] = [],
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): this {
    const output = `${operator.toLowerCase()}${this.nodes.length}`;
    this.node(operator, [this.current, ...others], output, attributes);
    this.current = output;
    return this;
  }

  node(
    operator: string,
    inputs: readonly string[],
    output: string,
    attributes: Readonly<Record<string, AttributeValue>> = {},
  ): string {
    this.nodes.push({
      name: `n${this.nodes.length}_${operator}`,
      operator,
      domain: '',
      inputs,
      outputs: [output],
      attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
    });
    return output;
  }

  build(outputs: readonly string[] = [this.current]): Graph {
    return {
      name: 'test',
      opset: this.opset,
      nodes: this.nodes,
      initializers: this.initializers,
      inputs: [{ name: 'image', type: 'float32', shape: this.shape }],
      outputs: outputs.map((name) => ({ name, type: 'float32', shape: [], shapeUnknown: true })),
    };
  }
}
