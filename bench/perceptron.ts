import type { Graph, GraphNode, Tensor } from '../src/network/graph.js';

/** A multilayer perceptron with ReLU and reproducible random weights: for measurements that only depend on its size. */
export function perceptron(sizes: readonly number[]): Graph {
  let state = 1;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 - 0.5;
  };
  const tensor = (shape: readonly number[]): Tensor => ({
    type: 'float32',
    shape,
    data: Float32Array.from({ length: shape.reduce((product, size) => product * size, 1) }, random),
  });
  const initializers = new Map<string, Tensor>();
  const nodes: GraphNode[] = [];
  for (const [index, outputs] of sizes.slice(1).entries()) {
    const layer = index + 1;
    const last = layer === sizes.length - 1;
    initializers.set(`weights${layer}`, tensor([outputs, sizes[index]!]));
    initializers.set(`bias${layer}`, tensor([outputs]));
    nodes.push({
      name: `fc${layer}`,
      operator: 'Gemm',
      domain: '',
      inputs: [index === 0 ? 'image' : `relu${index}`, `weights${layer}`, `bias${layer}`],
      outputs: [last ? 'scores' : `sums${layer}`],
      attributes: new Map([['transB', { kind: 'int', value: 1 }]]),
    });
    if (!last)
      nodes.push({
        name: `relu${layer}`,
        operator: 'Relu',
        domain: '',
        inputs: [`sums${layer}`],
        outputs: [`relu${layer}`],
        attributes: new Map(),
      });
  }
  return {
    name: 'perceptron',
    opset: 13,
    nodes,
    initializers,
    inputs: [{ name: 'image', type: 'float32', shape: [1, sizes[0]!] }],
    outputs: [{ name: 'scores', type: 'float32', shape: [1, sizes.at(-1)!] }],
  };
}
