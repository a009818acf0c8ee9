import type { MapShape } from '../../network/network.js';
import { SeededRandom } from './seeded-random.js';

interface TrainedBase {
  /** Unique; parameters are `<name>.weight` and `<name>.bias`. */
  readonly name: string;
  /** Whether max(0, x) follows. */
  readonly relu: boolean;
}

/** Stride 1, one group. */
export interface TrainedConvolution extends TrainedBase {
  readonly kind: 'convolution';
  readonly filters: number;
  readonly kernel: number;
  /** Zeros on each side, default 0. */
  readonly padding?: number;
}

/** Windows of size × size side by side; rows and columns that fill no window are left out. */
export interface TrainedMaximumPool {
  readonly kind: 'maximumPool';
  readonly name: string;
  readonly size: number;
}

export interface TrainedFullyConnected extends TrainedBase {
  readonly kind: 'fullyConnected';
  readonly outputs: number;
}

export type TrainedLayer = TrainedConvolution | TrainedMaximumPool | TrainedFullyConnected;

/** A network to train: a chain of layers whose last one is fully connected and gives one score a class. */
export interface Chain {
  readonly name: string;
  readonly inputShape: MapShape;
  readonly layers: readonly TrainedLayer[];
}

export interface ParameterShape {
  readonly name: string;
  readonly role: 'weight' | 'bias';
  readonly layer: string;
  /** Weights: [filters, channels, rows, columns] or [outputs, inputs]. */
  readonly shape: readonly number[];
}

/** Values by parameter name, row-major. */
export type Parameters = ReadonlyMap<string, Float32Array>;

/** A layer with the shapes before and after it. */
export interface PlacedLayer {
  readonly layer: TrainedLayer;
  readonly inputShape: MapShape;
  readonly outputShape: MapShape;
}

/** @throws RangeError where a layer does not fit the map before it, or the chain does not end fully connected */
export function placeLayers(chain: Chain): readonly PlacedLayer[] {
  let inputShape = chain.inputShape;
  const placed = chain.layers.map((layer): PlacedLayer => {
    const outputShape = shapeAfter(layer, inputShape);
    if (!outputShape.every((size) => Number.isInteger(size) && size > 0)) {
      throw new RangeError(
        `layer '${layer.name}' does not fit its input of ${inputShape.join(' × ')}: its output would be ${outputShape.join(' × ')}`,
      );
    }
    const result = { layer, inputShape, outputShape };
    inputShape = outputShape;
    return result;
  });
  if (new Set(chain.layers.map(({ name }) => name)).size < chain.layers.length) {
    throw new RangeError(`two layers of '${chain.name}' have one name`);
  }
  const first = chain.layers.findIndex(({ kind }) => kind === 'fullyConnected');
  const stray = chain.layers.slice(first).find(({ kind }) => kind !== 'fullyConnected');
  if (first >= 0 && stray !== undefined) {
    throw new RangeError(`layer '${stray.name}' follows a fully connected one, which gives no map`);
  }
  const last = chain.layers.at(-1);
  if (last?.kind !== 'fullyConnected' || last.relu) {
    throw new RangeError(`'${chain.name}' must end with a fully connected layer without relu, one score a class`);
  }
  return placed;
}

function shapeAfter(layer: TrainedLayer, [channels, height, width]: MapShape): MapShape {
  if (layer.kind === 'fullyConnected') return [layer.outputs, 1, 1];
  if (layer.kind === 'maximumPool') return [channels, Math.floor(height / layer.size), Math.floor(width / layer.size)];
  const more = 2 * (layer.padding ?? 0) - layer.kernel + 1;
  return [layer.filters, height + more, width + more];
}

/** In the order of the layers, weights before the bias. */
export function parameterShapes(chain: Chain): readonly ParameterShape[] {
  return placeLayers(chain).flatMap(({ layer, inputShape }): ParameterShape[] => {
    if (layer.kind === 'maximumPool') return [];
    const [channels, height, width] = inputShape;
    const shape =
      layer.kind === 'convolution'
        ? [layer.filters, channels, layer.kernel, layer.kernel]
        : [layer.outputs, channels * height * width];
    return [
      { name: `${layer.name}.weight`, role: 'weight', layer: layer.name, shape },
      { name: `${layer.name}.bias`, role: 'bias', layer: layer.name, shape: [shape[0]!] },
    ];
  });
}

/**
 * Uniform in ±√(6 / inputs of a filter), biases 0: keeps the variance through layers with relu (He et al. 2015,
 * "Delving Deep into Rectifiers", eq. 10, as a uniform distribution of that variance).
 */
export function randomParameters(chain: Chain, seed: number): Parameters {
  const random = new SeededRandom(seed);
  return new Map(
    parameterShapes(chain).map(({ name, role, shape }) => {
      const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
      if (role === 'weight') {
        const bound = Math.sqrt((6 * shape[0]!) / values.length);
        for (let index = 0; index < values.length; index++) values[index] = random.between(-bound, bound);
      }
      return [name, values];
    }),
  );
}
