import type { Graph } from '../network/graph.js';
import { ModelError } from '../network/model-error.js';

/**
 * Refuses images and weights without a value, before their shapes lead to stranger findings. Lists that may be empty,
 * such as the regions of a Resize, have one dimension.
 *
 * @throws ModelError that names the tensor and the dimension
 */
export function checkTensors(graph: Graph, file: string): void {
  const stored = [...graph.initializers].map(([name, { shape }]) => ({ name, shape, isInput: false }));
  const inputs = graph.inputs.map(({ name, shape }) => ({ name, shape, isInput: true }));
  for (const { name, shape, isInput } of [...inputs, ...stored]) {
    const dimension = shape.indexOf(0);
    if (dimension < 0 || (shape.length < 2 && !isInput)) continue;
    throw new ModelError(
      `holds nothing: its shape is [${shape.join(', ')}], and dimension ${dimension} is 0`,
      { file, tensor: name },
      'export the model again, with that dimension at least 1',
    );
  }
}
