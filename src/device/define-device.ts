import type { Device } from './device.js';
import { standings, type Quantity, type Unit } from './quantity.js';

/** A device description that cannot be used; the message lists every fault found, one a line. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';

  constructor(
    readonly device: string,
    readonly faults: readonly string[],
  ) {
    super(`device '${device}' is not usable:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }
}

const writeOperations = ['set', 'reset', 'toggle', 'copy'];

/**
 * Checks a device description and returns it unchanged.
 *
 * @throws {DeviceError} with every fault found: what is wrong, where in the description, and what is expected there.
 */
export function defineDevice(device: Device): Device {
  const faults: string[] = [];
  const expect = (condition: boolean, path: string, found: unknown, expected: string): void => {
    if (!condition) faults.push(`${path} is ${JSON.stringify(found)}; expected ${expected}`);
  };
  const whole = (path: string, value: number, least: number): void =>
    expect(Number.isInteger(value) && value >= least, path, value, `a whole number of at least ${least}`);
  const measured = (path: string, found: Quantity | undefined, unit: Unit, range: 'positive' | 'probability'): void => {
    if (found === undefined) return;
    expect(found.unit === unit, `${path}.unit`, found.unit, `'${unit}'`);
    expect(standings.includes(found.standing), `${path}.standing`, found.standing, `one of ${standings.join(', ')}`);
    expect(found.source.trim() !== '', `${path}.source`, found.source, 'the paper, table or file it comes from');
    if (range === 'positive') {
      expect(Number.isFinite(found.value) && found.value > 0, `${path}.value`, found.value, 'a number above 0');
    } else {
      expect(found.value >= 0 && found.value <= 1, `${path}.value`, found.value, 'a number from 0 to 1');
    }
  };

  expect(/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(device.name), 'name', device.name, 'lower-case words joined by hyphens');
  whole('transistorsPerCell', device.transistorsPerCell, 1);
  whole('geometry.rows', device.geometry.rows, 1);
  whole('geometry.columns', device.geometry.columns, 1);

  const { operations, times, energies, electrical, reliability } = device;
  expect(operations.writes.length > 0, 'operations.writes', operations.writes, 'at least one operation');
  for (const [index, operation] of operations.writes.entries()) {
    expect(
      writeOperations.includes(operation),
      `operations.writes[${index}]`,
      operation,
      `one of ${writeOperations.join(', ')}`,
    );
  }
  whole('operations.linesPerWrite', operations.linesPerWrite, 1);
  whole('operations.linesPerSearch', operations.linesPerSearch, 0);
  whole('operations.cellsPerSearchedBit', operations.cellsPerSearchedBit, 1);

  measured('node', device.node, 'nm', 'positive');
  measured('times.read', times.read, 'ns', 'positive');
  measured('times.write', times.write, 'ns', 'positive');
  measured('times.search', times.search, 'ns', 'positive');
  measured('energies.read', energies.read, 'pJ', 'positive');
  measured('energies.write', energies.write, 'pJ', 'positive');
  measured('energies.search', energies.search, 'pJ', 'positive');
  measured('electrical.resistanceOn', electrical.resistanceOn, 'kΩ', 'positive');
  measured('electrical.resistanceOff', electrical.resistanceOff, 'kΩ', 'positive');
  measured('electrical.readVoltage', electrical.readVoltage, 'V', 'positive');
  measured('electrical.writeCurrent', electrical.writeCurrent, 'µA', 'positive');
  measured('electrical.area', electrical.area, 'F²', 'positive');
  measured('reliability.writeError', reliability.writeError, 'probability', 'probability');
  measured('reliability.readError', reliability.readError, 'probability', 'probability');
  measured('reliability.endurance', reliability.endurance, 'writes', 'positive');
  measured('area', device.area, 'mm²', 'positive');
  measured('leakage', device.leakage, 'mW', 'positive');
  if (electrical.resistanceOn && electrical.resistanceOff) {
    expect(
      electrical.resistanceOff.value > electrical.resistanceOn.value,
      'electrical.resistanceOff.value',
      electrical.resistanceOff.value,
      `more than resistanceOn (${electrical.resistanceOn.value} kΩ), or a read cannot tell them apart`,
    );
  }
  if (faults.length > 0) throw new DeviceError(device.name, faults);
  return device;
}
