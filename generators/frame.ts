import { bits, bitsFor, bool, type Bool, constant, mux, named, register, type Signal, when } from '../src/hdl/index.js';

/** A map with its padding, and the windows that a kernel takes from it. */
export interface FrameShape {
  readonly height: number;
  readonly width: number;
  readonly kernel: readonly [height: number, width: number];
  readonly stride: readonly [vertical: number, horizontal: number];
  readonly dilation: readonly [vertical: number, horizontal: number];
  readonly padding: readonly [top: number, left: number, bottom: number, right: number];
  /** Neighbouring windows that are taken together. */
  readonly pixelsAtOnce: number;
}

/** Rows and columns that a dilated kernel spans. */
export function kernelReach({ kernel, dilation }: Pick<FrameShape, 'kernel' | 'dilation'>): {
  rows: number;
  columns: number;
} {
  return { rows: (kernel[0] - 1) * dilation[0] + 1, columns: (kernel[1] - 1) * dilation[1] + 1 };
}

/** Where the walk is. */
export interface Position {
  readonly column: Signal;
  /** Column of the next cycle. */
  readonly nextColumn: Signal;
  readonly columns: number;
  /** The first position of the frame. */
  readonly isFirst: Signal<Bool>;
  readonly isPadding: Signal<Bool>;
  /** The position is the last of a window, or of the last of several windows at once. */
  readonly completes: Signal<Bool>;
}

/** Walks over the padded frame, row by row, one position in each cycle of `advance`. */
export function walkFrame(shape: FrameShape, advance: Signal<Bool>): Position {
  const [top, left, bottom, right] = shape.padding;
  const { rows: reachRows, columns: reachColumns } = kernelReach(shape);
  const { stride, pixelsAtOnce } = shape;
  const columns = left + shape.width + right;
  const horizontal = axis('column', {
    count: columns,
    from: left,
    size: shape.width,
    first: reachColumns - 1 + (pixelsAtOnce - 1) * stride[1],
    period: pixelsAtOnce * stride[1],
    enable: advance,
  });
  const vertical = axis('row', {
    count: top + shape.height + bottom,
    from: top,
    size: shape.height,
    first: reachRows - 1,
    period: stride[0],
    enable: advance.and(horizontal.last),
  });
  return {
    column: horizontal.value,
    nextColumn: named(mux(advance, horizontal.next, horizontal.value), 'next_column'),
    columns,
    isFirst: named(horizontal.value.equals(0).and(vertical.value.equals(0)), 'is_first'),
    isPadding: named(horizontal.outside.or(vertical.outside), 'is_padding'),
    completes: named(horizontal.hits.and(vertical.hits), 'completes_window'),
  };
}

interface Axis {
  readonly count: number;
  /** Position of the first value of the map, and how many there are. */
  readonly from: number;
  readonly size: number;
  /** A window ends at position `first` and each `period` positions after it. */
  readonly first: number;
  readonly period: number;
  readonly enable: Signal<Bool>;
}

function axis(
  name: string,
  { count, from, size, first, period, enable }: Axis,
): {
  value: Signal;
  next: Signal;
  last: Signal<Bool>;
  outside: Signal<Bool>;
  hits: Signal<Bool>;
} {
  if (count === 1) {
    const zero = constant(bits(1), 0);
    const yes = constant(bool(), 1);
    return { value: zero, next: zero, last: yes, outside: constant(bool(), 0), hits: yes };
  }
  const value = register(bits(bitsFor(count)), { reset: 0, name: `frame_${name}` });
  const last = named(value.equals(count - 1), `last_${name}`);
  const next = mux(last, constant(bits(value.width), 0), value.add(1));
  when(enable, () => value.next(next));
  const before = from === 0 ? constant(bool(), 0) : value.less(from);
  const beyond = from + size === count ? constant(bool(), 0) : value.greaterOrEqual(from + size);
  return { value, next, last, outside: before.or(beyond), hits: ends() };

  function ends(): Signal<Bool> {
    if (first === 0 && period === 1) return constant(bool(), 1);
    if (period === 1) return value.greaterOrEqual(first);
    const start = bits(bitsFor(Math.max(first, period - 1) + 1));
    const wait = register(start, { reset: first, name: `${name}s_to_window` });
    const hit = wait.equals(0);
    const following = mux(hit, constant(start, period - 1), wait.subtract(1));
    when(enable, () => wait.next(mux(last, constant(start, first), following)));
    return hit;
  }
}
