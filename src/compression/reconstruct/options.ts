import { ModelError } from '../../network/model-error.js';
import type { Network } from '../../network/network.js';
import type { Preprocess } from '../../network/quantize/index.js';
import { layerNamed } from '../../network/quantize/options.js';
import type { ProjectionDescription } from '../projections/description.js';
import { checkDescription } from '../projections/projection-of.js';

export interface ReconstructOptions {
  /** Stored images, one after another, (channel, row, column) order: a hundred will do. At most 2,048 are used, evenly taken. */
  readonly calibration: Uint8Array;
  readonly preprocess: Preprocess;
  /** What the weights of a layer have to meet, by name; other layers keep their weights. */
  readonly layers: Readonly<Record<string, ProjectionDescription>>;
  /** How strongly the dense weights hold where images say little, default 0.1; see `layerObjective`. */
  readonly ridge?: number;
  /**
   * The inputs that a layer is fitted on: those that the compressed layers before it really give (default), so that it makes
   * up for their errors, or those of the dense network.
   */
  readonly inputs?: 'compressed' | 'dense';
}

/** @throws ModelError for layers that are not there or have no weights of their own to choose, ProjectionError for constraints */
export function checkReconstruction(network: Network, { layers, ridge }: ReconstructOptions): void {
  if (ridge !== undefined && !(ridge > 0 && Number.isFinite(ridge))) {
    throw new ModelError(`ridge is ${ridge}`, {}, 'give a positive number, such as 0.1');
  }
  for (const [name, description] of Object.entries(layers)) {
    const layer = layerNamed(network, name);
    if (!('weights' in layer)) {
      throw new ModelError('a pool has no weights to compress', { node: name }, 'name convolutions and dense layers');
    }
    if (layer.weightQuantization !== undefined) {
      throw new ModelError('the model file fixes its integers', { node: name }, 'give the model of real numbers');
    }
    checkDescription(description);
  }
}
