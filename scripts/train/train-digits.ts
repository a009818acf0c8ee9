/** Makes `examples/digits.onnx` anew: `npx tsx scripts/train/train-digits.ts [file]`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { trainDigits } from '../../examples/digits/train-digits.js';

const file = process.argv[2] ?? fileURLToPath(new URL('../../examples/digits.onnx', import.meta.url));
const { model, accuracy } = await trainDigits({
  images: 30_000,
  epochs: 20,
  seed: 1,
  onEpoch: (epoch, loss) => console.error(`epoch ${epoch}: loss ${loss.toFixed(4)}`),
});
writeFileSync(file, model);
console.log(`${file}: ${model.length} bytes, ${(100 * accuracy).toFixed(2)} % of fresh images right`);
