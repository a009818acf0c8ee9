import type { ArrayOperations } from './device.js';

/**
 * Operations of the single-transistor SOT-MRAM array of Wang et al., ISCAS 2020 (arXiv 2003.01551): the current through
 * the heavy-metal strip takes either direction (SET, RESET, COPY), and a search cell is two vertically adjacent cells on
 * IN and /IN. TOGGLE by one pulse follows Wang et al., IEEE Trans. Magn. 2018, where an SOT pulse always switches the cell
 * to its opposite state. Three word lines a pulse and 32 lines a search are choices of this project, not of a paper.
 */
export const sotOperations: ArrayOperations = {
  writes: ['set', 'reset', 'toggle', 'copy'],
  complementDrive: true,
  linesPerWrite: 3,
  writesSensedLine: false,
  linesPerSearch: 32,
  cellsPerSearchedBit: 2,
};
