import type { Attribute, Graph, GraphNode, Tensor, ValueInfo } from '../../network/graph.js';
import { floatTensor, tensorOf } from '../../network/tensor.js';

type AttributeValue = number | readonly number[];

/** Collects nodes of an ONNX graph; every method that adds one gives the name of its output. */
export class GraphBuilder {
  readonly #nodes: GraphNode[] = [];
  readonly #initializers = new Map<string, Tensor>();
  readonly #inputs: ValueInfo[] = [];
  readonly #outputs: ValueInfo[] = [];

  input(name: string, shape: readonly (number | string)[]): string {
    this.#inputs.push({ name, type: 'float32', shape });
    return name;
  }

  output(name: string, value: string, shape: readonly (number | string)[]): void {
    this.node('Identity', [value], {}, name);
    this.#outputs.push({ name, type: 'float32', shape });
  }

  /** States an output of the graph that a node already gives. */
  outputOf(name: string, shape: readonly (number | string)[]): void {
    this.#outputs.push({ name, type: 'float32', shape });
  }

  constant(name: string, shape: readonly number[], values: Float32Array): string {
    this.#initializers.set(name, floatTensor(shape, values));
    return name;
  }

  scalar(value: number): string {
    return this.constant(`scalar ${value}`, [], Float32Array.of(value));
  }

  ints(values: readonly number[]): string {
    const name = `ints ${values.join(' ')}`;
    this.#initializers.set(name, tensorOf('int64', [values.length], values));
    return name;
  }

  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, AttributeValue>> = {},
    output?: string,
  ): string {
    // A node whose output has a name of its own is that thing: a layer, an update.
    const name = output ?? `${operator}_${this.#nodes.length}`;
    this.#nodes.push({
      name,
      operator,
      domain: '',
      inputs,
      outputs: [name],
      attributes: new Map(Object.entries(attributes).map(([name, value]) => [name, attributeOf(value)])),
    });
    return name;
  }

  reshape(value: string, shape: readonly number[]): string {
    return this.node('Reshape', [value, this.ints(shape)]);
  }

  build(name: string, opset: number): Graph {
    return {
      name,
      opset,
      nodes: this.#nodes,
      initializers: this.#initializers,
      inputs: this.#inputs,
      outputs: this.#outputs,
    };
  }
}

function attributeOf(value: AttributeValue): Attribute {
  return typeof value === 'number' ? { kind: 'int', value } : { kind: 'ints', value };
}
