import type { MapShape, Padding } from '../../network/network.js';

/** A padded map and the windows that a kernel takes from it, several neighbours at once. */
export interface Frame {
  readonly inputShape: MapShape;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly dilation: readonly [vertical: number, horizontal: number];
  readonly padding: Padding;
  readonly pixelsAtOnce: number;
}

/** The walk over a padded map, row by row, one position a step, and round again. */
export class FrameWalk {
  #column = 0;
  #row = 0;
  readonly #columns: Line;
  readonly #rows: Line;

  constructor({ inputShape, kernel, stride, dilation, padding, pixelsAtOnce }: Frame) {
    const [, height, width] = inputShape;
    const [top, left, bottom, right] = padding;
    this.#columns = line(left, width, right, (kernel[1] - 1) * dilation[1] + 1, stride[1], pixelsAtOnce);
    this.#rows = line(top, height, bottom, (kernel[0] - 1) * dilation[0] + 1, stride[0], 1);
  }

  /** The position lies outside of the map: no value belongs to it. */
  get isPadding(): boolean {
    return this.#columns.outside[this.#column]! || this.#rows.outside[this.#row]!;
  }

  get isFirst(): boolean {
    return this.#column === 0 && this.#row === 0;
  }

  /** The position is the last of a window, or of the last of several windows at once. */
  get completes(): boolean {
    return this.#columns.ends[this.#column]! && this.#rows.ends[this.#row]!;
  }

  step(): void {
    this.#column++;
    if (this.#column < this.#columns.ends.length) return;
    this.#column = 0;
    this.#row = this.#row + 1 === this.#rows.ends.length ? 0 : this.#row + 1;
  }

  state(): readonly number[] {
    return [this.#row, this.#column];
  }
}

/** One direction of a frame, by position. */
interface Line {
  readonly outside: readonly boolean[];
  readonly ends: readonly boolean[];
}

function line(before: number, size: number, after: number, reach: number, stride: number, atOnce: number): Line {
  const positions = Array.from({ length: before + size + after }, (_, position) => position);
  const first = reach - 1 + (atOnce - 1) * stride;
  return {
    outside: positions.map((position) => position < before || position >= before + size),
    ends: positions.map((position) => position >= first && (position - first) % (atOnce * stride) === 0),
  };
}
