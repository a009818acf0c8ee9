export type { CompressedLayer, CompressedModel } from './compressed-model.js';
export { denseTwin } from './dense-twin.js';
export { removeUnusedPaths, type RemovalOptions } from './remove-unused-paths.js';
export { effectiveWeightScales } from './weight-scales.js';
