import type { Quantity } from './quantity.js';

/** Lines (word lines, rows) and lanes (bit-line pairs, columns) of one subarray. */
export interface ArrayGeometry {
  readonly rows: number;
  readonly columns: number;
}

/** Conditional writes that a line of cells accepts; each acts on the lanes whose condition bit is 1, COPY on all. */
export type WriteOperation = 'set' | 'reset' | 'toggle' | 'copy';

/** What the array can do in one step. */
export interface ArrayOperations {
  readonly writes: readonly WriteOperation[];
  /** The write drivers can be steered by the complement of the sensed bit. */
  readonly complementDrive: boolean;
  /** Word lines that one write pulse may select together (all receive the same operation). */
  readonly linesPerWrite: number;
  /** A line may be written in the step that senses it. */
  readonly writesSensedLine: boolean;
  /** Word lines that one search may compare with a key; 0 when the array cannot search. */
  readonly linesPerSearch: number;
  /** Cells that a searched bit occupies: 2 when a search cell holds the bit and its complement. */
  readonly cellsPerSearchedBit: number;
}

/** Time of one operation on one subarray, clock-independent. */
export interface ArrayTimes {
  readonly read: Quantity<'ns'>;
  readonly write: Quantity<'ns'>;
  readonly search: Quantity<'ns'>;
}

/** Energy of one operation on one bit cell. */
export interface CellEnergies {
  readonly read: Quantity<'pJ'>;
  readonly write: Quantity<'pJ'>;
  readonly search: Quantity<'pJ'>;
}

/** Electrical description of the cell, as far as a source gives it. */
export interface CellElectrical {
  readonly resistanceOn?: Quantity<'kΩ'>;
  readonly resistanceOff?: Quantity<'kΩ'>;
  readonly readVoltage?: Quantity<'V'>;
  readonly writeCurrent?: Quantity<'µA'>;
  readonly area?: Quantity<'F²'>;
}

/** Rates at which operations fail or wear a cell out, as far as a source gives them. */
export interface CellReliability {
  readonly writeError?: Quantity<'probability'>;
  readonly readError?: Quantity<'probability'>;
  readonly endurance?: Quantity<'writes'>;
}

/** A memory device: one cell technology in one subarray. Plain data, safe to serialise. */
export interface Device {
  readonly name: string;
  readonly summary: string;
  readonly node: Quantity<'nm'>;
  readonly transistorsPerCell: number;
  readonly geometry: ArrayGeometry;
  readonly operations: ArrayOperations;
  readonly times: ArrayTimes;
  readonly energies: CellEnergies;
  readonly electrical: CellElectrical;
  readonly reliability: CellReliability;
  /** Area of one subarray with its periphery, when a source gives it. */
  readonly area?: Quantity<'mm²'>;
  /** Standing power of one subarray, when a source gives it. */
  readonly leakage?: Quantity<'mW'>;
}
