import type { SubarrayGeometry } from './plan.js';

/** Where no device is named: the 64 KB macro of NVSim's table, read and written in a cycle. */
export const defaultGeometry: SubarrayGeometry = { rows: 512, columns: 256, readCycles: 1, writeCycles: 1 };
