import { readFileSync } from 'node:fs';
import pc from 'picocolors';
import type { Diagnostic } from '../diagnostics.js';
import type { Locator } from '../locator.js';

export interface FormatOptions {
  /** ANSI colours. Default: none. */
  readonly color?: boolean;
  /** The text of a source file, or undefined if it cannot be read. Default: from disk. */
  readonly readSource?: (absoluteFile: string) => string | undefined;
}

/** `generators/popcount.ts:12:7`. */
export function formatLocator(locator: Locator): string {
  return `${locator.file}:${locator.line}:${locator.column}`;
}

function readFromDisk(absoluteFile: string): string | undefined {
  try {
    return readFileSync(absoluteFile, 'utf8');
  } catch {
    // A locator may point into a file that is gone or was never on disk: the finding stands without its source line.
    return undefined;
  }
}

/** The line without its indentation, and where the caret goes below it. */
function excerpt(text: string, locator: Locator): { line: string; offset: number; length: number } | undefined {
  const full = text.split(/\r?\n/)[locator.line - 1];
  if (full === undefined || full.trim() === '' || locator.column > full.length) return undefined;
  const line = full.trimStart();
  const offset = locator.column - 1 - (full.length - line.length);
  if (offset < 0) return undefined;
  const identifier = /^[\w$]+/.exec(line.slice(offset));
  return { line: line.trimEnd().replaceAll('\t', ' '), offset, length: identifier?.[0].length ?? 1 };
}

/**
 * Findings as text for a terminal: one block each, with the source line and a caret under the place, then the further
 * places and the hint. Blocks are separated by an empty line; no newline at the end.
 */
export function formatDiagnostics(diagnostics: readonly Diagnostic[], options: FormatOptions = {}): string {
  const colors = pc.createColors(options.color ?? false);
  const read = options.readSource ?? readFromDisk;
  const sources = new Map<string, string | undefined>();
  const sourceOf = (file: string): string | undefined => {
    if (!sources.has(file)) sources.set(file, read(file));
    return sources.get(file);
  };

  const block = (finding: Diagnostic): string => {
    const paint = finding.severity === 'error' ? colors.red : colors.yellow;
    const kind = finding.severity === 'error' ? '' : `${paint('warning')}: `;
    const head = `${colors.bold(paint(finding.code))} ${kind}${colors.bold(finding.title)}`;
    const lines = [`${head}  ${colors.cyan(formatLocator(finding.locator))}`];
    const message = finding.message.split('\n');
    const source = sourceOf(finding.locator.absoluteFile);
    const place = source === undefined ? undefined : excerpt(source, finding.locator);
    if (place === undefined) {
      lines.push(...message.map((line) => `  ${line}`));
    } else {
      const indent = ' '.repeat(2 + place.offset);
      const caret = '^'.repeat(place.length);
      lines.push(`  ${place.line}`, `${indent}${paint(caret)} ${message[0] ?? ''}`);
      lines.push(...message.slice(1).map((line) => `${indent}${' '.repeat(place.length + 1)}${line}`));
    }
    for (const note of finding.notes) {
      lines.push(`  ${colors.cyan(formatLocator(note.locator))}  ${note.message}`);
    }
    if (finding.hint !== undefined) lines.push(`  ${colors.green('hint:')} ${finding.hint}`);
    return lines.join('\n');
  };
  return diagnostics.map(block).join('\n\n');
}

/** A design that cannot be emitted. Its message is all findings, formatted without colour. */
export class DesignError extends Error {
  override readonly name = 'DesignError';

  constructor(readonly diagnostics: readonly Diagnostic[]) {
    super(formatDiagnostics(diagnostics));
  }
}
