export { compareLayers, type LayerError } from './compare-layers.js';
export type { Preprocess, QuantizeMethod, QuantizeOptions } from './options.js';
export { quantizeNetwork, type QuantizeResult } from './quantize-network.js';
