import type { Graph } from '../../network/graph.js';
import { type Chain, type Parameters, type PlacedLayer, parameterShapes, placeLayers } from './chain.js';
import { GraphBuilder } from './graph-builder.js';

/** What a layer read and gave, for its gradient. */
export interface ForwardLayer extends PlacedLayer {
  readonly input: string;
  /** Before the relu. */
  readonly sum: string;
  /** After it. */
  readonly output: string;
}

export interface Forward {
  readonly layers: readonly ForwardLayer[];
  /** [images, classes]. */
  readonly scores: string;
}

export const opset = 13;

/** The layers on `image` ([images, channels, rows, columns]); parameters are tensors of their own names. */
export function addForward(builder: GraphBuilder, chain: Chain, image: string): Forward {
  let input = image;
  let flat = false;
  const layers = placeLayers(chain).map((placed): ForwardLayer => {
    const { layer } = placed;
    if (layer.kind === 'fullyConnected' && !flat) {
      input = builder.node('Flatten', [input], { axis: 1 });
      flat = true;
    }
    const sum = addLayer(builder, placed, input);
    const output = layer.kind !== 'maximumPool' && layer.relu ? builder.node('Relu', [sum]) : sum;
    const result = { ...placed, input, sum, output };
    input = output;
    return result;
  });
  return { layers, scores: input };
}

function addLayer(builder: GraphBuilder, { layer }: PlacedLayer, input: string): string {
  if (layer.kind === 'maximumPool') {
    const window = [layer.size, layer.size];
    return builder.node('MaxPool', [input], { kernel_shape: window, strides: window }, layer.name);
  }
  const inputs = [input, `${layer.name}.weight`, `${layer.name}.bias`];
  if (layer.kind === 'fullyConnected') return builder.node('Gemm', inputs, { transB: 1 }, layer.name);
  const padding = layer.padding ?? 0;
  const attributes = { kernel_shape: [layer.kernel, layer.kernel], pads: [padding, padding, padding, padding] };
  return builder.node('Conv', inputs, attributes, layer.name);
}

/** The network alone, `image` in and `scores` out, for any number of images; its parameters are inputs. */
export function inferenceGraph(chain: Chain): Graph {
  const builder = new GraphBuilder();
  for (const { name, shape } of parameterShapes(chain)) builder.input(name, shape);
  return finishInference(builder, chain, 'images');
}

/** The trained network as a model that stands alone, for one image. */
export function trainedGraph(chain: Chain, parameters: Parameters): Graph {
  const builder = new GraphBuilder();
  for (const { name, shape } of parameterShapes(chain)) {
    const values = parameters.get(name);
    if (values === undefined) throw new RangeError(`there are no values for '${name}'`);
    builder.constant(name, shape, values);
  }
  return finishInference(builder, chain, 1);
}

function finishInference(builder: GraphBuilder, chain: Chain, images: number | string): Graph {
  const image = builder.input('image', [images, ...chain.inputShape]);
  const { scores, layers } = addForward(builder, chain, image);
  builder.output('scores', scores, [images, layers.at(-1)!.outputShape[0]]);
  return builder.build(chain.name, opset);
}
