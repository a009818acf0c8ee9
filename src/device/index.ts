export { deviceByName, devices } from './catalogue.js';
export { defineDevice, DeviceError } from './define-device.js';
export type {
  ArrayGeometry,
  ArrayOperations,
  ArrayTimes,
  CellElectrical,
  CellEnergies,
  CellReliability,
  Device,
  WriteOperation,
} from './device.js';
export { quantity, standings, type Quantity, type Standing, type Unit } from './quantity.js';
export { sotMram22nm, sotMram22nm128KB, sotMram22nm16KB, sotMram22nm1MB } from './sot-mram-nvsim.js';
export { sotMram65nm, sotMramIscas2020 } from './sot-mram-papers.js';
export { sotOperations } from './sot-operations.js';
export { arrayTiming, type ArrayTiming } from './timing.js';
