export type { ReconstructOptions } from './options.js';
export { reconstructNetwork, type ReconstructedLayer, type ReconstructResult } from './reconstruct-network.js';
