import { Tensor as RuntimeTensor } from 'onnxruntime-node';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Graph } from '../../../src/network/graph.js';
import { readImages, readLabels } from '../../../src/network/images/read-images.js';
import { encodeInput } from '../../../src/network/integer/encode-input.js';
import { layerRunner } from '../../../src/network/integer/layer-runner.js';
import { runQuantizedBatch } from '../../../src/network/integer/run-quantized.js';
import { lowerGraph } from '../../../src/network/lower/lower-graph.js';
import type { Network } from '../../../src/network/network.js';
import { readOnnxFile } from '../../../src/network/onnx/read-onnx.js';
import { writeOnnx } from '../../../src/network/onnx/write-onnx.js';
import { quantizeNetwork } from '../../../src/network/quantize/quantize-network.js';
import type { QuantizedNetwork } from '../../../src/network/quantized.js';
import { dataFolder } from '../../support/data.js';
import { openSession } from './onnx-runtime.js';

const count = Number(process.env['SOTTO_QDQ_IMAGES'] ?? 500);
const preprocess = { divisor: 255, mean: 0.1307, deviation: 0.3081 };
const size = 784;

/** The tensors of the model that hold each layer's integers, in the order of the layers. */
const tensors = ['t0_relu_q', 't2_q', 't3_relu_q', 't5_q', 't7_relu_q', 't9_relu_q', 't11_q'];

/** ONNX Runtime's integers are signed, the engine's are the same plus 128. */
const unsigned = (values: Int8Array): Int32Array => Int32Array.from(values, (value) => value + 128);

describe(`LeNet-5 as QDQ, ${count} images, against ONNX Runtime`, () => {
  let network: Network;
  let quantized: QuantizedNetwork;
  let pixels: Uint8Array;
  let inputs: Int32Array[];
  /** [image][layer]. */
  const outputs: Int32Array[][] = [];

  beforeAll(async () => {
    const graph = readOnnxFile(`${dataFolder()}/models/lenet5-qdq/lenet5_int8_qdq.onnx`);
    network = lowerGraph(graph);
    ({ network: quantized } = quantizeNetwork(network, { weightBits: 8, activationBits: 8, preprocess }));
    pixels = readImages(`${dataFolder()}/mnist/t10k-images-idx3-ubyte.gz`, [1, 28, 28]).pixels.subarray(
      0,
      count * size,
    );
    const watched: Graph = {
      ...graph,
      outputs: ['input_q', ...tensors].map((name) => ({ name, type: 'int8', shape: [], shapeUnknown: true })),
    };
    const session = await openSession(writeOnnx(watched));
    inputs = [];
    for (let image = 0; image < count; image++) {
      const bytes = pixels.subarray(image * size, (image + 1) * size);
      const real = Float32Array.from(bytes, (byte) => (byte / 255 - 0.1307) / 0.3081);
      const result = await session.run({ input: new RuntimeTensor('float32', real, [1, 1, 28, 28]) });
      inputs.push(unsigned(result['input_q']!.data as Int8Array));
      outputs.push(tensors.map((name) => unsigned(result[name]!.data as Int8Array)));
    }
    await session.release();
  });

  test('the input integers are the stored bytes', () => {
    const encoded = encodeInput(quantized.input, pixels);
    expect(encoded).toEqual(Int32Array.from(pixels));
    inputs.forEach((input, image) => expect(input).toEqual(encoded.slice(image * size, (image + 1) * size)));
  });

  test('weights and biases are those of the file', () => {
    quantized.layers.forEach((layer, index) => {
      const source = network.layers[index]!;
      if (!('weights' in layer) || !('weights' in source)) return;
      const { scale } = source.weightQuantization!;
      const taps = layer.weights.length / layer.bias.length;
      const input = index === 0 ? quantized.input.meaning : quantized.layers[index - 1]!.outputMeaning;
      const real = Float32Array.from(layer.weights, (weight, at) => weight * scale[Math.floor(at / taps)]!);
      expect(real, layer.name).toEqual(source.weights);
      layer.bias.forEach((bias, filter) => {
        // The zero point of the input is folded into the bias: take it out again.
        const sum = layer.weights.subarray(filter * taps, (filter + 1) * taps).reduce((a, b) => a + b, 0);
        const stored = source.bias[filter]! / (input.scale * scale[filter]!);
        expect(Math.abs(stored - Math.round(stored)), layer.name).toBeLessThan(0.01);
        expect(bias + input.zeroPoint * sum, layer.name).toBe(Math.round(stored));
      });
    });
  });

  test('each layer, reading ONNX Runtime’s integers, differs by rounding alone', () => {
    quantized.layers.forEach((layer, index) => {
      const run = layerRunner(layer);
      const source = network.layers[index]!;
      const ours = new Int32Array(outputs[0]![index]!.length);
      const positions = layer.outputShape[1] * layer.outputShape[2];
      let different = 0;
      for (let image = 0; image < count; image++) {
        const input = index === 0 ? inputs[image]! : outputs[image]![index - 1]!;
        run(input, 0, ours, 0);
        const theirs = outputs[image]![index]!;
        if (layer.kind === 'maximumPool') {
          expect(ours).toEqual(theirs);
          continue;
        }
        if (!('weights' in layer) || !('weights' in source)) throw new TypeError(layer.kind);
        const sums = new Int32Array(ours.length);
        const { requantization, ...bare } = layer;
        let sumsAreKnown = false;
        ours.forEach((value, at) => {
          if (value === theirs[at]) return;
          if (!sumsAreKnown) layerRunner(bare)(input, 0, sums, 0);
          sumsAreKnown = true;
          different++;
          expect(Math.abs(value - theirs[at]!), `${layer.name}, image ${image}, value ${at}`).toBe(1);
          // Both are nearest to the real quotient: it lies at a half, within what multiplier and floats can resolve.
          const filter = Math.floor(at / positions);
          const inputScale =
            index === 0 ? quantized.input.meaning.scale : quantized.layers[index - 1]!.outputMeaning.scale;
          const ratio = (inputScale * source.weightQuantization!.scale[filter]!) / layer.outputMeaning.scale;
          const real = sums[at]! * ratio;
          const resolution = Math.abs(real) / (2 * requantization!.multiplier[filter]!) + 1e-4;
          expect(Math.abs(real - Math.floor(real) - 0.5), `${layer.name}, image ${image}, value ${at}`).toBeLessThan(
            resolution,
          );
        });
      }
      // Multipliers of 16 bits are off by 2^−16 of the value at most for the largest of a layer.
      expect(different / (count * ours.length), layer.name).toBeLessThan(2e-3);
      if (process.env['SOTTO_VERBOSE'] !== undefined) {
        console.log(`${layer.name}: ${different} of ${count * ours.length} differ by 1`);
      }
    });
  });

  test('labels are equal but where two scores are within one step', () => {
    const { labels } = runQuantizedBatch(quantized, pixels);
    const truth = readLabels(`${dataFolder()}/mnist/t10k-labels-idx1-ubyte.gz`).classes;
    let correct = 0;
    const different: number[] = [];
    labels.forEach((label, image) => {
      const scores = outputs[image]!.at(-1)!;
      const best = scores.indexOf(Math.max(...scores));
      if (label === truth[image]) correct++;
      if (label === best) return;
      different.push(image);
      expect(scores[best]! - scores[label]!, `image ${image}`).toBeLessThanOrEqual(1);
    });
    expect(different.length).toBeLessThanOrEqual(count / 500);
    expect(correct / count).toBeGreaterThan(0.985);
    if (process.env['SOTTO_VERBOSE'] !== undefined) {
      console.log(
        `${correct} of ${count} right; other labels than ONNX Runtime: images ${different.join(', ') || 'none'}`,
      );
    }
  });
});
