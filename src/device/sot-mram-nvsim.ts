import { defineDevice } from './define-device.js';
import type { Device } from './device.js';
import { sotOperations } from './sot-operations.js';
import { quantity } from './quantity.js';

const project = 'desaiharsh/18743-Project, SOT-MRAM cell file for NVSim';
const imec = 'imec, SOT-MRAM announcements';

interface NvsimRow {
  readonly name: string;
  readonly capacity: string;
  readonly rows: number;
  readonly columns: number;
  readonly areaMm2: number;
  readonly readNs: number;
  readonly writeNs: number;
  /** Energy of one access of a 512-bit line. */
  readonly readPj: number;
  readonly writePj: number;
  readonly leakageMw: number;
}

const bitsPerAccess = 512;

function fromNvsim(row: NvsimRow): Device {
  const table = `NVSim, 22 nm HP, ${row.capacity}, with the cell of ${project}`;
  const perBit = (pj: number): number => pj / bitsPerAccess;
  return defineDevice({
    name: row.name,
    summary: `SOT-MRAM, 22 nm, ${row.capacity} memory of ${row.rows}×${row.columns} subarrays`,
    node: quantity(22, 'nm', 'confirmed', table),
    transistorsPerCell: 1,
    geometry: { rows: row.rows, columns: row.columns },
    operations: sotOperations,
    times: {
      read: quantity(row.readNs, 'ns', 'confirmed', table),
      write: quantity(row.writeNs, 'ns', 'confirmed', table),
      search: quantity(row.readNs, 'ns', 'derived', 'a search senses every bit line once, as a read does'),
    },
    energies: {
      read: quantity(perBit(row.readPj), 'pJ', 'derived', `${table}: ${row.readPj} pJ for ${bitsPerAccess} bits`),
      write: quantity(perBit(row.writePj), 'pJ', 'derived', `${table}: ${row.writePj} pJ for ${bitsPerAccess} bits`),
      search: quantity(perBit(row.readPj), 'pJ', 'derived', 'a search senses every bit line once, as a read does'),
    },
    electrical: {
      resistanceOn: quantity(3, 'kΩ', 'confirmed', project),
      resistanceOff: quantity(6, 'kΩ', 'confirmed', project),
      readVoltage: quantity(0.25, 'V', 'confirmed', project),
      writeCurrent: quantity(25, 'µA', 'confirmed', project),
      area: quantity(81.5, 'F²', 'confirmed', project),
    },
    reliability: { endurance: quantity(1e15, 'writes', 'confirmed', `${imec}: over 1e15`) },
    area: quantity(row.areaMm2, 'mm²', 'confirmed', `${table}: the whole memory`),
    leakage: quantity(row.leakageMw, 'mW', 'confirmed', `${table}: the whole memory`),
  });
}

/** 64 KB of 512×256 subarrays: the default device. */
export const sotMram22nm = fromNvsim({
  name: 'sot-mram-22nm',
  capacity: '64 KB',
  rows: 512,
  columns: 256,
  areaMm2: 0.0407,
  readNs: 1.784,
  writeNs: 0.688,
  readPj: 123.39,
  writePj: 24.16,
  leakageMw: 15.77,
});

export const sotMram22nm16KB = fromNvsim({
  name: 'sot-mram-22nm-16kb',
  capacity: '16 KB',
  rows: 256,
  columns: 128,
  areaMm2: 0.0228,
  readNs: 1.638,
  writeNs: 0.566,
  readPj: 122.35,
  writePj: 15.18,
  leakageMw: 6.19,
});

export const sotMram22nm128KB = fromNvsim({
  name: 'sot-mram-22nm-128kb',
  capacity: '128 KB',
  rows: 1024,
  columns: 256,
  areaMm2: 0.0649,
  readNs: 1.945,
  writeNs: 0.975,
  readPj: 123.97,
  writePj: 40.85,
  leakageMw: 30.87,
});

export const sotMram22nm1MB = fromNvsim({
  name: 'sot-mram-22nm-1mb',
  capacity: '1 MB',
  rows: 512,
  columns: 256,
  areaMm2: 0.4735,
  readNs: 2.004,
  writeNs: 0.795,
  readPj: 222.41,
  writePj: 121.09,
  leakageMw: 251.5,
});
