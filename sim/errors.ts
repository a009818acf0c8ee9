/** Where a build stopped. `inputs`: before any tool ran. */
export type BuildStage = 'inputs' | 'verilate' | 'synthesize' | 'compile' | 'link' | 'describe';

/** A model could not be built. `message` is one line for people; `log` is what the tool wrote, with the caller's paths. */
export class SimulationBuildError extends Error {
  override readonly name = 'SimulationBuildError';
  readonly stage: BuildStage;
  readonly tool: string;
  // No property of its own: an uncaught error prints its properties, and a log may have thousands of lines.
  readonly #log: string;

  constructor(stage: BuildStage, tool: string, summary: string, log = '') {
    super(summary);
    this.stage = stage;
    this.tool = tool;
    this.#log = log;
  }

  get log(): string {
    return this.#log;
  }
}

/** A simulation was used wrongly (unknown port, value out of range) or the model itself stopped (`$stop`, `$fatal`). */
export class SimulationError extends Error {
  override readonly name: string = 'SimulationError';
}

/** One line of a tool's log that says best what went wrong. */
export function firstProblem(log: string, pattern: RegExp): string {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  return lines.find((line) => pattern.test(line)) ?? lines[0] ?? 'no message';
}
