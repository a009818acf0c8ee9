export { isSafetensors, readSafetensors } from './read-safetensors.js';
export type { ElementType, SafetensorsContent, StoredTensor } from './safetensors.js';
export { writeAtomically } from './write-atomically.js';
export { writeSafetensors } from './write-safetensors.js';
