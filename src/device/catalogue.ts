import type { Device } from './device.js';
import { sotMram22nm, sotMram22nm128KB, sotMram22nm16KB, sotMram22nm1MB } from './sot-mram-nvsim.js';
import { sotMram65nm, sotMramIscas2020 } from './sot-mram-papers.js';

/** Every device that can be chosen by name. */
export const devices: readonly Device[] = [
  sotMram22nm,
  sotMram22nm16KB,
  sotMram22nm128KB,
  sotMram22nm1MB,
  sotMram65nm,
  sotMramIscas2020,
];

/** @throws {RangeError} that names the known devices when `name` is none of them. */
export function deviceByName(name: string): Device {
  const found = devices.find((device) => device.name === name);
  if (found) return found;
  throw new RangeError(
    `no device is called '${name}'; choose one of ${devices.map((device) => device.name).join(', ')}, ` +
      `or describe your own with defineDevice()`,
  );
}
