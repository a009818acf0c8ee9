import { bitsFor } from '../hdl/index.js';
import { imageText } from '../hdl/verilog/image-text.js';
import type { EnginePlan } from '../layout/plan.js';
import { weightImages } from '../layout/weight-images.js';

/** The rows that an engine of macros is written with after power-up. */
export const programFile = 'program.hex';

interface Programming {
  readonly arrays: number;
  readonly rows: number;
  readonly columns: number;
}

/** One beat of the stream `program` a line, hexadecimal: array, row and data side by side, data lowest. */
export function programText(plan: EnginePlan, { arrays, rows, columns }: Programming): string {
  const rowBits = bitsFor(rows);
  const images = plan.layers.flatMap((layer) =>
    layer.kind === 'bank' ? weightImages(layer.layer, layer.bank, rows) : [],
  );
  const beats = images.flatMap(({ words }, array) =>
    words.map((word, row) => (((BigInt(array) << BigInt(rowBits)) | BigInt(row)) << BigInt(columns)) | word),
  );
  return imageText(beats, bitsFor(arrays) + rowBits + columns);
}
