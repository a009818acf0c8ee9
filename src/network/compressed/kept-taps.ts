import { ModelError } from '../model-error.js';

/**
 * Columns that are left, as a network without the removed channels numbers them.
 *
 * @param keptColumns as the layer numbered them before, ascending
 * @param cells neighbouring columns that read the same channel
 * @param keptChannels channels that are left, as numbered before, ascending
 * @returns `taps` of the layer; undefined where every column of every channel is left
 * @param layer its name, for the message
 * @throws ModelError for a column that reads a channel that is not left
 */
export function keptTaps(
  layer: string,
  keptColumns: Int32Array,
  cells: number,
  keptChannels: Int32Array,
): Int32Array | undefined {
  if (keptColumns.length === keptChannels.length * cells && channelsAgree(keptColumns, cells, keptChannels)) {
    return undefined;
  }
  const numbers = new Map([...keptChannels].map((channel, index) => [channel, index]));
  return keptColumns.map((column) => {
    const channel = Math.floor(column / cells);
    const number = numbers.get(channel);
    if (number === undefined) {
      const what = `column ${column} reads channel ${channel}, which is removed`;
      throw new ModelError(what, { tensor: `${layer}.columns` }, 'compress the network again');
    }
    return number * cells + (column % cells);
  });
}

function channelsAgree(keptColumns: Int32Array, cells: number, keptChannels: Int32Array): boolean {
  return keptColumns.every(
    (column, index) => column === keptChannels[Math.floor(index / cells)]! * cells + (index % cells),
  );
}
