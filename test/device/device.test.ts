import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  arrayTiming,
  defineDevice,
  deviceByName,
  DeviceError,
  devices,
  quantity,
  sotMram22nm,
  type Quantity,
} from '../../src/device/index.js';

describe('catalogue', () => {
  test('finds every device by its name', () => {
    for (const device of devices) expect(deviceByName(device.name)).toBe(device);
  });

  test('an unknown name lists the known ones', () => {
    expect(() => deviceByName('sram')).toThrow(
      /no device is called 'sram'; choose one of sot-mram-22nm, .*sot-mram-iscas-2020/,
    );
  });

  test('every quantity says where it comes from', () => {
    const visit = (value: unknown, path: string): void => {
      if (typeof value !== 'object' || value === null) return;
      if ('standing' in value) expect((value as Quantity).source, path).not.toBe('');
      else for (const [key, child] of Object.entries(value)) visit(child, `${path}.${key}`);
    };
    for (const device of devices) visit(device, device.name);
  });

  test('the default device holds the NVSim row of 64 KB', () => {
    expect(sotMram22nm.geometry).toEqual({ rows: 512, columns: 256 });
    expect(sotMram22nm.times.read).toMatchObject({ value: 1.784, standing: 'confirmed' });
    expect(sotMram22nm.energies.read.value).toBeCloseTo(0.241, 3);
    expect(sotMram22nm.energies.write.value).toBeCloseTo(0.0472, 4);
  });
});

describe('defineDevice', () => {
  test('reports every fault at once, each with its place', () => {
    const broken = {
      ...sotMram22nm,
      name: 'My Device',
      geometry: { rows: 0, columns: 2.5 },
      times: { ...sotMram22nm.times, read: quantity(-1, 'ns', 'derived', ' ') },
      electrical: { ...sotMram22nm.electrical, resistanceOff: quantity(1, 'kΩ', 'confirmed', 'here') },
    };
    let faults: readonly string[] = [];
    try {
      defineDevice(broken);
    } catch (error) {
      if (!(error instanceof DeviceError)) throw error;
      faults = error.faults;
    }
    expect(faults).toEqual([
      'name is "My Device"; expected lower-case words joined by hyphens',
      'geometry.rows is 0; expected a whole number of at least 1',
      'geometry.columns is 2.5; expected a whole number of at least 1',
      'times.read.source is " "; expected the paper, table or file it comes from',
      'times.read.value is -1; expected a number above 0',
      'electrical.resistanceOff.value is 1; expected more than resistanceOn (3 kΩ), or a read cannot tell them apart',
    ]);
  });

  test('a sound description comes back unchanged', () => {
    const own = { ...sotMram22nm, name: 'mine' };
    expect(defineDevice(own)).toBe(own);
  });
});

describe('arrayTiming', () => {
  test('counts whole clock periods, rounded up', () => {
    expect(arrayTiming(sotMram22nm, 1)).toEqual({
      rows: 512,
      columns: 256,
      readCycles: 2,
      writeCycles: 1,
      searchCycles: 2,
    });
    expect(arrayTiming(sotMram22nm, 0.172)).toMatchObject({ readCycles: 11, writeCycles: 4 });
    expect(arrayTiming(sotMram22nm, 10)).toMatchObject({ readCycles: 1, writeCycles: 1, searchCycles: 1 });
  });

  test('an operation fits into its cycles, and not into one fewer', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.01, max: 20, noNaN: true }), fc.constantFrom(...devices), (clock, device) => {
        const { readCycles } = arrayTiming(device, clock);
        expect(readCycles * clock).toBeGreaterThanOrEqual(device.times.read.value - 1e-6);
        if (readCycles > 1) expect((readCycles - 1) * clock).toBeLessThan(device.times.read.value);
      }),
    );
  });

  test('refuses a clock period that is not above 0', () => {
    expect(() => arrayTiming(sotMram22nm, 0)).toThrow('the clock period is 0 ns; give a number of nanoseconds above 0');
    expect(() => arrayTiming(sotMram22nm, Number.NaN)).toThrow(RangeError);
  });
});
