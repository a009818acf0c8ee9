/**
 * Puts this package's own command into node_modules/.bin, so that `npx sotto` works in a clone: npm links the commands
 * of dependencies only.
 */
import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const folder = join(root, 'node_modules', '.bin');
const target = '../../dist/src/cli/main.js';

mkdirSync(folder, { recursive: true });
if (process.platform === 'win32') {
  writeFileSync(join(folder, 'sotto.cmd'), `@node "%~dp0\\${target.replaceAll('/', '\\')}" %*\r\n`);
} else {
  rmSync(join(folder, 'sotto'), { force: true });
  symlinkSync(target, join(folder, 'sotto'));
  chmodSync(join(root, 'dist/src/cli/main.js'), 0o755);
}
