/** The subarray as its contract says, cycle by cycle, over plain bigint rows. */

export interface GoldenShape {
  readonly rows: number;
  readonly columns: number;
  readonly readCycles: number;
  readonly writeCycles: number;
}

export interface GoldenRequest {
  readonly sense?: { readonly operation: string; readonly row: number; readonly rowB: number };
  readonly write?: { readonly row: number; readonly data: bigint; readonly mask: bigint };
}

const combine: Readonly<Record<string, (a: bigint, b: bigint, ones: bigint) => bigint>> = {
  read: (a) => a,
  and: (a, b) => a & b,
  nand: (a, b, ones) => ones ^ (a & b),
  or: (a, b) => a | b,
  nor: (a, b, ones) => ones ^ (a | b),
  xor: (a, b) => a ^ b,
  xnor: (a, b, ones) => ones ^ a ^ b,
};

export class GoldenSubarray {
  readonly rows: (bigint | undefined)[];
  readonly counts: Record<string, number> = { sense: 0, write: 0 };
  /** Undefined before the first result. */
  sensed: bigint | undefined;
  readonly #shape: GoldenShape;
  #cycle = 0;
  #freeFrom = 0;
  #result: { readonly cycle: number; readonly value: bigint | undefined } | undefined;

  constructor(shape: GoldenShape, rows?: readonly bigint[]) {
    this.#shape = shape;
    this.rows = rows === undefined ? Array.from({ length: shape.rows }) : [...rows];
  }

  /** Whether an operation runs in the present cycle. */
  get busy(): boolean {
    return this.#cycle < this.#freeFrom;
  }

  /** Takes the request of the present cycle and goes on to the next. */
  step({ sense, write }: GoldenRequest): void {
    const { columns, readCycles, writeCycles } = this.#shape;
    const ones = (1n << BigInt(columns)) - 1n;
    if (!this.busy && write !== undefined) {
      const old = this.rows[write.row];
      const kept = write.mask === ones ? 0n : old === undefined ? undefined : old & ~write.mask;
      this.rows[write.row] = kept === undefined ? undefined : kept | (write.data & write.mask);
      this.#freeFrom = this.#cycle + writeCycles;
      this.counts['write']!++;
    } else if (!this.busy && sense !== undefined) {
      const { operation, row, rowB } = sense;
      const [a, b] = [this.rows[row], operation === 'read' ? 0n : this.rows[rowB]];
      const value = a === undefined || b === undefined ? undefined : combine[operation]!(a, b, ones);
      this.#result = { cycle: this.#cycle + readCycles, value };
      this.#freeFrom = this.#cycle + readCycles;
      this.counts['sense']!++;
      this.counts[operation] = (this.counts[operation] ?? 0) + 1;
    }
    this.#cycle++;
    if (this.#result?.cycle === this.#cycle) this.sensed = this.#result.value;
  }
}
