/**
 * An image moved by whole pixels: pixel (row, column) goes to (row + down, column + right), what leaves the frame is lost,
 * and `blank` comes in.
 *
 * @param image channels × rows × columns, as `shape` says
 * @param into as long as the image
 */
export function moveImage(
  image: Float32Array,
  [channels, rows, columns]: readonly [channels: number, rows: number, columns: number],
  { down, right, blank }: { readonly down: number; readonly right: number; readonly blank: number },
  into: Float32Array,
): void {
  into.fill(blank);
  const first = Math.max(0, -right);
  const last = Math.min(columns, columns - right);
  for (let channel = 0; channel < channels; channel++) {
    for (let row = Math.max(0, -down); row < Math.min(rows, rows - down); row++) {
      const from = (channel * rows + row) * columns;
      into.set(image.subarray(from + first, from + last), from + down * columns + first + right);
    }
  }
}
