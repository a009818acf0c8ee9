/** What an engine costs for a network of which only the sizes are settled. */
import { defaultGeometry } from '../layout/default-geometry.js';
import { layerMatrices } from '../compression/admm/pruned-chain.js';
import type { LayerSize, PathPoint } from '../compression/admm/pruning-path.js';
import { type Chain, placeLayers } from '../compression/training/chain.js';
import { deviceByName } from '../device/index.js';
import { placeAlongside } from '../layout/place-alongside.js';
import { placeNetwork } from '../layout/place.js';
import { bankCycles, type EnginePlan } from '../layout/plan.js';
import { predictCycles } from '../layout/timing/index.js';
import { signedBits } from '../network/integer/accumulator.js';
import type { MapShape } from '../network/network.js';
import type { QuantizedLayer, QuantizedNetwork } from '../network/quantized.js';

export interface EngineCost {
  readonly cost: (point: PathPoint) => number;
  /** Of the network as it is. */
  readonly whole: number;
}

export type EngineBudget = 'cells' | 'cycles' | 'energy';

interface Widths {
  readonly weightBits?: number;
  readonly activationBits?: number;
}

/** The device whose array energy counts. */
const energyDevice = 'sot-mram-22nm';

/**
 * - `cells`: memory cells that hold weights.
 * - `cycles`: from image to image, as predicted (and as the Verilog takes them), each layer on the subarrays that it has in
 *   the engine of the whole network.
 * - `energy`: pJ that sensing takes for an image on those subarrays: rows sensed × columns × energy of a read cell (derived
 *   from NVSim's table, see src/device).
 */
export function engineCost(chain: Chain, widths: Widths, kind: EngineBudget): EngineCost {
  const matrices = layerMatrices(chain);
  const whole = new Map<string, LayerSize>(
    matrices.map(({ name, rows, columns }) => [name, { filters: rows, columns, weights: rows * columns }]),
  );
  if (kind === 'cells') {
    const cells = (sizes: ReadonlyMap<string, LayerSize>): number =>
      [...sizes.values()].reduce((sum, { weights }) => sum + weights, 0) * (widths.weightBits ?? 8);
    return { cost: ({ sizes }) => cells(sizes), whole: cells(whole) };
  }
  const plan = placeNetwork(networkOfSizes(chain, whole, widths), { geometry: defaultGeometry });
  const measure = kind === 'cycles' ? (of: EnginePlan): number => predictCycles(of).cyclesPerImage : sensingEnergy;
  const of = (sizes: ReadonlyMap<string, LayerSize>): number =>
    measure(placeAlongside(networkOfSizes(chain, sizes, widths), plan));
  return { cost: ({ sizes }) => of(sizes), whole: of(whole) };
}

function sensingEnergy({ layers, geometry }: EnginePlan): number {
  const read = deviceByName(energyDevice).energies.read.value;
  return layers.reduce((sum, layer) => {
    if (layer.kind !== 'bank') return sum;
    const [, height, width] = layer.layer.outputShape;
    const rows = bankCycles(layer.bank, height * width) * layer.bank.across;
    return sum + rows * geometry.columns * read;
  }, 0);
}

/** A network of these sizes: its weights are zeros, which places and takes time as any others. */
function networkOfSizes(
  chain: Chain,
  sizes: ReadonlyMap<string, LayerSize>,
  { weightBits = 8, activationBits = 8 }: Widths,
): QuantizedNetwork {
  const format = { bits: activationBits, signed: false };
  const meaning = { scale: 1, zeroPoint: 0 };
  const input = { bits: 8, signed: false };
  const placed = placeLayers(chain);
  let channels = chain.inputShape[0];
  let previous = input;
  const layers = placed.map(({ layer, inputShape, outputShape }, index): QuantizedLayer => {
    const from: MapShape = [channels, inputShape[1], inputShape[2]];
    const last = index === placed.length - 1;
    if (layer.kind !== 'maximumPool') channels = sizes.get(layer.name)!.filters;
    const base = {
      name: layer.name,
      inputShape: from,
      outputShape: [channels, outputShape[1], outputShape[2]] as MapShape,
      input: previous,
      outputMeaning: meaning,
    };
    if (layer.kind === 'maximumPool') {
      const window = [layer.size, layer.size] as const;
      return { ...base, kind: 'maximumPool', kernel: window, stride: window, padding: [0, 0, 0, 0], output: previous };
    }
    const { columns } = sizes.get(layer.name)!;
    const largest = columns * 2 ** (weightBits - 1) * 2 ** previous.bits;
    const accumulatorBits = signedBits({ low: -largest, high: largest });
    const reachable = from[0] * (layer.kind === 'convolution' ? layer.kernel ** 2 : from[1] * from[2]);
    const output = last ? { bits: accumulatorBits, signed: true } : format;
    previous = output;
    const weighted = {
      ...base,
      output,
      ...(columns < reachable && { taps: Int32Array.from({ length: columns }, (_, tap) => tap) }),
      weights: new Int8Array(channels * Math.min(columns, reachable)),
      weightBits,
      bias: new Int32Array(channels),
      accumulatorBits,
      ...(!last && {
        requantization: {
          multiplier: new Int32Array(channels).fill(1),
          multiplierBits: 12,
          shift: 12,
          zeroPoint: 0,
          low: 0,
          high: 2 ** activationBits - 1,
        },
      }),
    };
    if (layer.kind === 'fullyConnected') return { ...weighted, kind: 'fullyConnected' };
    const padding = layer.padding ?? 0;
    return {
      ...weighted,
      kind: 'convolution',
      kernel: [layer.kernel, layer.kernel],
      stride: [1, 1],
      dilation: [1, 1],
      padding: [padding, padding, padding, padding],
      paddingValue: 0,
      groups: 1,
    };
  });
  return {
    name: chain.name,
    input: {
      shape: chain.inputShape,
      format: input,
      meaning,
      preprocess: { divisor: 255, mean: 0, deviation: 1 },
    },
    layers,
    ending: 'scores',
  };
}
