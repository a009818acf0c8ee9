/** Columns under headings, indented; a column of numbers is aligned to the right. */
export function table(headings: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = headings.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)));
  const right = headings.map((_, column) => rows.every((row) => /^(?:[\d,.]*|exact)$/.test(row[column]!)));
  return [headings, ...rows].map((row) =>
    `  ${row.map((cell, column) => (right[column] ? cell.padStart(widths[column]!) : cell.padEnd(widths[column]!))).join('  ')}`.trimEnd(),
  );
}
