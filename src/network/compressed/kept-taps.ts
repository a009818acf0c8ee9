/**
 * Columns that are left, as a network without the removed channels numbers them.
 *
 * @param keptColumns as the layer numbered them before, ascending
 * @param cells neighbouring columns that read the same channel
 * @param keptChannels channels that are left, as numbered before, ascending
 * @returns `taps` of the layer; undefined where every column of every channel is left
 * @throws RangeError for a column that reads a channel that is not left
 */
export function keptTaps(keptColumns: Int32Array, cells: number, keptChannels: Int32Array): Int32Array | undefined {
  if (keptColumns.length === keptChannels.length * cells && channelsAgree(keptColumns, cells, keptChannels)) {
    return undefined;
  }
  const numbers = new Map([...keptChannels].map((channel, index) => [channel, index]));
  return keptColumns.map((column) => {
    const channel = Math.floor(column / cells);
    const number = numbers.get(channel);
    if (number === undefined) throw new RangeError(`column ${column} reads channel ${channel}, which is removed`);
    return number * cells + (column % cells);
  });
}

function channelsAgree(keptColumns: Int32Array, cells: number, keptChannels: Int32Array): boolean {
  return keptColumns.every(
    (column, index) => column === keptChannels[Math.floor(index / cells)]! * cells + (index % cells),
  );
}
