import { spawnSync } from 'node:child_process';

const onPath = (tool: string): boolean => spawnSync('which', [tool], { stdio: 'ignore' }).status === 0;
const runs = (command: string, ...parameters: string[]): boolean =>
  spawnSync(command, parameters, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;

/**
 * Installs what is missing of the tools with the system's package manager, if it may: as root with apt-get, or with
 * Homebrew (its package for `iverilog` is `icarus-verilog`). Else stops with one line that says what to install.
 */
export function installTools(tools: readonly string[]): void {
  const missing = tools.filter((tool) => !onPath(tool));
  if (missing.length === 0) return;
  console.error(`installing ${missing.join(', ')} …`);
  if (onPath('apt-get') && process.getuid?.() === 0) {
    if (
      runs('apt-get', 'update', '-qq') &&
      runs('apt-get', 'install', '-y', '-qq', '--no-install-recommends', ...missing)
    )
      return;
  } else if (onPath('brew')) {
    const formulas = missing.map((tool) => (tool === 'iverilog' ? 'icarus-verilog' : tool));
    if (runs('brew', 'install', ...formulas)) return;
  }
  console.error(
    `the tests need ${missing.join(', ')} on the PATH: install with your package manager, for example "sudo apt-get install ${missing.join(' ')}"`,
  );
  process.exit(1);
}
