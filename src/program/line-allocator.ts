/** Hands out runs of adjacent lines, lowest first, and remembers how many were in use at the worst moment. */
export class LineAllocator {
  private readonly used: boolean[];
  private inUse = 0;
  /** Most lines that were taken at once. */
  peak = 0;
  /** One more than the highest line ever taken. */
  extent = 0;

  constructor(readonly lines: number) {
    this.used = new Array<boolean>(lines).fill(false);
  }

  /** The first line of a free run of `width`, or undefined when there is none. */
  take(width: number): number | undefined {
    let run = 0;
    for (let line = 0; line < this.lines; line++) {
      run = this.used[line] ? 0 : run + 1;
      if (run < width) continue;
      const base = line - width + 1;
      this.used.fill(true, base, line + 1);
      this.inUse += width;
      this.peak = Math.max(this.peak, this.inUse);
      this.extent = Math.max(this.extent, line + 1);
      return base;
    }
    return undefined;
  }

  /** Gives lines back. Returns false, and changes nothing, if one of them is not taken. */
  release(base: number, width: number): boolean {
    for (let line = base; line < base + width; line++) if (!this.used[line]) return false;
    this.used.fill(false, base, base + width);
    this.inUse -= width;
    return true;
  }

  get free(): number {
    return this.lines - this.inUse;
  }
}
