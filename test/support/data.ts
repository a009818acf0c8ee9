import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const beside = fileURLToPath(new URL('../../../shared/data', import.meta.url));

/**
 * The folder with MNIST, the models and ONNX's node tests, which are too large for the repository.
 *
 * @throws Error in one line, naming both ways to provide it
 */
export function dataFolder(): string {
  const folder = process.env['SOTTO_DATA'] ?? beside;
  if (existsSync(`${folder}/README.md`)) return folder;
  throw new Error(
    `test data not found in ${folder}: put it at ../shared/data beside the repository or set SOTTO_DATA to its folder`,
  );
}
