import type { InferenceSession, Tensor } from 'onnxruntime-node';
import type { Graph } from '../../network/graph.js';
import { TrainingError } from './training-error.js';
import { writeOnnx } from '../../network/onnx/write-onnx.js';

/** Float tensors by name, row-major, as ONNX Runtime takes and gives them. */
export interface Feed {
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A graph loaded into ONNX Runtime, on one thread, so that sums have one order and results repeat. */
export class RuntimeGraph {
  readonly #session: InferenceSession;
  readonly #makeTensor: (feed: Feed) => Tensor;

  private constructor(session: InferenceSession, makeTensor: (feed: Feed) => Tensor) {
    this.#session = session;
    this.#makeTensor = makeTensor;
  }

  /** @throws TrainingError when onnxruntime-node, which only training needs, is not installed */
  static async open(graph: Graph): Promise<RuntimeGraph> {
    const runtime = await import('onnxruntime-node').catch((cause: unknown) => {
      throw new TrainingError('training', 'needs ONNX Runtime', 'run npm install onnxruntime-node --ignore-scripts', {
        cause,
      });
    });
    const session = await runtime.InferenceSession.create(writeOnnx(graph), {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      logSeverityLevel: 3,
    });
    return new RuntimeGraph(session, ({ shape, data }) => new runtime.Tensor('float32', data, shape));
  }

  async run(feeds: ReadonlyMap<string, Feed>): Promise<ReadonlyMap<string, Float32Array>> {
    const tensors = Object.fromEntries([...feeds].map(([name, feed]) => [name, this.#makeTensor(feed)]));
    const results = await this.#session.run(tensors);
    return new Map(Object.entries(results).map(([name, { data }]) => [name, data as Float32Array]));
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
