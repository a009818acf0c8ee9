import { defineDevice } from './define-device.js';
import { quantity } from './quantity.js';
import { sotOperations } from './sot-operations.js';

const iscas = 'Wang et al., ISCAS 2020 (arXiv 2003.01551)';
const prenat = 'Prenat et al., IEEE TMSCS 2016';
const searchAsRead = 'a search senses every bit line once, as a read does';
const readAsPrenat = `not known for this device; taken from ${prenat}`;

/** The device of the floating-point training accelerator, with constants remembered rather than read: see each standing. */
export const sotMramIscas2020 = defineDevice({
  name: 'sot-mram-iscas-2020',
  summary: 'SOT-MRAM of the ISCAS 2020 floating-point accelerator; no constant is confirmed',
  node: quantity(
    28,
    'nm',
    'derived',
    'not known for this device; that of FloatPIM (ISCA 2019), its baseline, second-hand',
  ),
  transistorsPerCell: 1,
  geometry: { rows: 1024, columns: 1024 },
  operations: sotOperations,
  times: {
    read: quantity(0.221, 'ns', 'derived', readAsPrenat),
    write: quantity(2, 'ns', 'recalled', `${iscas}: switching time`),
    search: quantity(0.221, 'ns', 'derived', searchAsRead),
  },
  energies: {
    read: quantity(1.8, 'pJ', 'derived', readAsPrenat),
    write: quantity(0.012, 'pJ', 'recalled', `${iscas}: switching energy of 12 fJ`),
    search: quantity(1.8, 'pJ', 'derived', searchAsRead),
  },
  electrical: {
    resistanceOn: quantity(50, 'kΩ', 'recalled', iscas),
    resistanceOff: quantity(100, 'kΩ', 'recalled', iscas),
    writeCurrent: quantity(65, 'µA', 'recalled', iscas),
  },
  reliability: {},
});

/** A published 65 nm bit cell. Its times are of the cell alone, without decoders and long lines. */
export const sotMram65nm = defineDevice({
  name: 'sot-mram-65nm',
  summary: 'SOT-MRAM bit cell, 65 nm; cell times without periphery',
  node: quantity(65, 'nm', 'confirmed', prenat),
  transistorsPerCell: 2,
  geometry: { rows: 512, columns: 256 },
  operations: sotOperations,
  times: {
    read: quantity(0.221, 'ns', 'confirmed', prenat),
    write: quantity(0.266, 'ns', 'confirmed', prenat),
    search: quantity(0.221, 'ns', 'derived', searchAsRead),
  },
  energies: {
    read: quantity(1.8, 'pJ', 'confirmed', prenat),
    write: quantity(0.1, 'pJ', 'confirmed', prenat),
    search: quantity(1.8, 'pJ', 'derived', searchAsRead),
  },
  electrical: { writeCurrent: quantity(100, 'µA', 'confirmed', prenat) },
  reliability: {},
});
