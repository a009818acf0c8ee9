/** Random quantised networks with what pruning leaves behind: zero weights, columns, filters and channels. */
import { isWeighted } from '../../../src/network/compressed/weight-matrix.js';
import type { QuantizedNetwork } from '../../../src/network/quantized.js';
import { type Draw, randomNetwork } from '../integer/random-network.js';

export function sparseNetwork(draw: Draw): QuantizedNetwork {
  const network = randomNetwork(draw);
  return {
    ...network,
    layers: network.layers.map((layer) => {
      if (!isWeighted(layer) || layer.weightBits === 1) return layer;
      const rows = layer.bias.length;
      const columns = layer.weights.length / rows;
      const [byWeight, byRow, byColumn] = [draw(0, 10), draw(0, 10), draw(0, 10)];
      const zeroRows = Array.from({ length: rows }, () => draw(1, 10) <= byRow);
      const zeroColumns = Array.from({ length: columns }, () => draw(1, 10) <= byColumn);
      const weights = layer.weights.map((weight, index) =>
        zeroRows[Math.floor(index / columns)] === true ||
        zeroColumns[index % columns] === true ||
        draw(1, 10) <= byWeight
          ? 0
          : weight,
      );
      return { ...layer, weights };
    }),
  };
}
