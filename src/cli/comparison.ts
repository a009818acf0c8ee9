import type { Manifest } from '../build/manifest.js';
import { table } from './table.js';
import { counted, grouped } from './terminal.js';

/** The engine beside that of the dense twin. */
export function comparison({ compression }: Manifest): string[] {
  if (compression === undefined) return [];
  const { engine, denseTwin, sameSubarrays } = compression;
  if (denseTwin === null) return ['  the dense twin does not fit what is allowed', ''];
  const facts: readonly (readonly [string, keyof typeof engine])[] = [
    ['cycles per image', 'cyclesPerImage'],
    ['latency', 'latency'],
    ['subarrays', 'subarrays'],
    ['cells for weights', 'cells'],
    ['LUTs of the banks, estimated', 'estimatedTables'],
    ['bits of gather tables', 'indexBits'],
  ];
  const rows = facts.map(([fact, key]) => [
    fact,
    grouped(engine[key]),
    grouped(denseTwin[key]),
    engine[key] === 0 ? '' : (denseTwin[key] / engine[key]).toFixed(2),
  ]);
  const lines = [...table(['', 'this engine', 'dense twin', 'times'], rows), ''];
  if (sameSubarrays !== null) {
    const { cyclesPerImage, denseCyclesPerImage } = sameSubarrays;
    lines.push(
      `  on the twin’s ${counted(denseTwin.subarrays, 'subarray')}, each layer as fast as they allow: ${grouped(cyclesPerImage)} cycles per image, ` +
        `dense ${grouped(denseCyclesPerImage)} (${times(denseCyclesPerImage / cyclesPerImage)})`,
      '',
    );
  }
  return lines;
}

/** Three digits at most: 1.04×, 12.3×, 420×. */
export const times = (ratio: number): string =>
  `${ratio < 10 ? ratio.toFixed(2) : ratio < 100 ? ratio.toFixed(1) : grouped(ratio)}×`;
