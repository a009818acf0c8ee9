import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, relative } from 'node:path';
import { describe, expect, it } from 'vitest';

/** Who may import whom: a room, and the rooms that it may know. `generators` sees plain data only; see below. */
const mayImport: Readonly<Record<string, readonly string[]>> = {
  'src/hdl': [],
  'src/number': [],
  'src/device': [],
  'src/program': ['src/number', 'src/device'],
  'src/network': ['src/number'],
  'src/compression': ['src/network', 'src/number'],
  'src/layout': ['src/network', 'src/device'],
  'src/config': ['src/device'],
  'src/build': [
    'src/config',
    'src/hdl',
    'src/layout',
    'src/network',
    'src/number',
    'src/device',
    'src/program',
    'generators',
  ],
  'src/cosimulation': [
    'src/build',
    'src/layout',
    'src/network',
    'src/program',
    'src/number',
    'src/hdl',
    'src/device',
    'generators',
    'sim',
  ],
  'src/workflow': ['src/build', 'src/compression', 'src/layout', 'src/network', 'src/device'],
  generators: ['src/hdl', 'src/device', 'src/program', 'src/layout'],
  sim: ['src/hdl'],
};

const root = join(import.meta.dirname, '..');

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

function imports(folder: string): Import[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.ts'),
  );
  return files.flatMap((file) => {
    const path = posix.join(folder, file.replaceAll('\\', '/'));
    const text = readFileSync(join(root, path), 'utf8');
    return [...text.matchAll(/^(?:import|export)\s+(type\s+)?[^;]*?from\s+'(\.[^']+)'/gms)].map(
      ([, type, specifier]) => ({
        from: path,
        to: relative(root, join(root, posix.dirname(path), specifier!)).replaceAll('\\', '/'),
        typeOnly: type !== undefined,
      }),
    );
  });
}

const roomOf = (path: string): string | undefined => Object.keys(mayImport).find((room) => path.startsWith(`${room}/`));

describe('rooms', () => {
  it.each(Object.entries(mayImport))('%s imports only what it may', (room, allowed) => {
    const foreign = imports(room)
      .filter(({ to }) => roomOf(to) !== room)
      .filter(({ to }) => !allowed.includes(roomOf(to) ?? to))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(foreign).toEqual([]);
  });

  it('generators take only types from the rooms of plain data, so that no golden model is behind the hardware', () => {
    const values = imports('generators')
      .filter(
        ({ to, typeOnly }) => !typeOnly && ['src/program', 'src/layout'].some((room) => to.startsWith(`${room}/`)),
      )
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(values).toEqual([]);
  });
});
