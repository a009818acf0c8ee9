import type { EngineCosts } from '../build/engine-costs.js';
import { type Manifest, removesAnything } from '../build/manifest.js';
import { table } from './table.js';
import { counted, grouped } from './terminal.js';

/** The engine beside that of the same network with nothing removed. */
export function comparison({ compression }: Manifest): string[] {
  if (compression === undefined || !removesAnything(compression)) return [];
  const { engine, denseTwin, sameSubarrays } = compression;
  if (denseTwin === null) return ['  the same network with nothing removed does not fit what is allowed', ''];
  const facts: readonly (readonly [string, (costs: EngineCosts) => number])[] = [
    ['cycles per image', (costs) => costs.cyclesPerImage],
    ['subarrays', (costs) => costs.subarrays],
    ['subarrays × cycles per image', (costs) => costs.subarrays * costs.cyclesPerImage],
    ['latency', (costs) => costs.latency],
    ['cells for weights', (costs) => costs.cells],
    ['LUTs of the banks, estimated', (costs) => costs.estimatedTables],
    ['bits of gather tables', (costs) => costs.indexBits],
  ];
  const rows = facts.map(([fact, of]) => {
    const [own, dense] = [of(engine), of(denseTwin)];
    return [fact, grouped(own), grouped(dense), own === 0 || dense === 0 ? '' : (dense / own).toFixed(2)];
  });
  const lines = [
    ...table(['', 'this engine', 'dense twin', 'dense / this'], rows),
    '',
    '  the dense twin is the same network with nothing removed, placed by the same rules',
  ];
  if (sameSubarrays !== null) {
    const { cyclesPerImage, denseCyclesPerImage } = sameSubarrays;
    lines.push(
      `  both as fast as ${counted(denseTwin.subarrays, 'subarray')} allow: ${grouped(cyclesPerImage)} cycles per image, ` +
        `dense ${grouped(denseCyclesPerImage)} (${times(denseCyclesPerImage / cyclesPerImage)}); see --subarrays`,
    );
  }
  return [...lines, ''];
}

/** Three digits at most: 1.04×, 12.3×, 420×. */
export const times = (ratio: number): string =>
  `${ratio < 10 ? ratio.toFixed(2) : ratio < 100 ? ratio.toFixed(1) : grouped(ratio)}×`;
