export type { CompressedLayer, CompressedModel } from './compressed-model.js';
export { denseTwin } from './dense-twin.js';
export { removeUnusedPaths, type RemovalOptions } from './remove-unused-paths.js';
export { effectiveWeightScales } from './weight-scales.js';
export { parseCompressed, readCompressedFile } from './read-compressed.js';
export { compressedBytes, writeCompressedFile } from './write-compressed.js';
export { qdqGraph } from './qdq-graph.js';
export { isCompressedFile } from './is-compressed-file.js';
