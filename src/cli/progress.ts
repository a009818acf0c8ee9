import { SingleBar } from 'cli-progress';
import { colors } from './terminal.js';

/** What is going on, on a terminal; nothing where standard error is a file or a pipe. */
export class Progress {
  readonly #terminal = process.stderr.isTTY;
  #bar: SingleBar | undefined;
  #status = false;

  /** One passing line of text. */
  status(text: string): void {
    if (!this.#terminal) return;
    process.stderr.write(`\r\u001B[K  ${colors.dim(text)}`);
    this.#status = true;
  }

  /** Images done, as a bar. */
  images(done: number, total: number): void {
    if (!this.#terminal) return;
    if (this.#bar === undefined) {
      this.#bar = new SingleBar({
        format: '  {bar} {value}/{total} images  {eta_formatted} left',
        stream: process.stderr,
        clearOnComplete: true,
        hideCursor: true,
      });
      this.#bar.start(total, done);
    } else this.#bar.update(done);
  }

  /** Steps done of several, as a bar with a word on how it goes. */
  steps(done: number, total: number, unit: string, note: string): void {
    if (!this.#terminal) return;
    const width = 20;
    const filled = Math.round((width * done) / total);
    const bar = '█'.repeat(filled) + '░'.repeat(width - filled);
    this.status(`${bar} ${done}/${total} ${unit}  ${note}`);
  }

  /** Clears what is shown. */
  stop(): void {
    this.#bar?.stop();
    this.#bar = undefined;
    if (this.#status) process.stderr.write('\r\u001B[K');
    this.#status = false;
  }
}
