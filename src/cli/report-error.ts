import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InputError, systemInputError } from '../build/input-error.js';
import { ConfigError } from '../config/config-error.js';
import { ModelError } from '../network/model-error.js';
import { writeJson, writeLine } from './terminal.js';

/** The command line itself is wrong. */
export class UsageError extends Error {
  override readonly name = 'UsageError';

  constructor(
    readonly what: string,
    readonly hint: string,
  ) {
    super(`${what}; ${hint}`);
  }
}

/** What `--json` prints under `error`. */
interface ReportedError {
  readonly kind: string;
  readonly message: string;
  readonly where?: unknown;
  readonly what?: string;
  readonly hint?: string;
  /** Operators that are not supported, or findings about a design. */
  readonly problems?: readonly unknown[];
  readonly log?: string;
}

interface Report {
  readonly code: 1 | 2;
  readonly error: ReportedError;
  /** Lines below the message, for a terminal. */
  readonly details?: string;
}

/** Tells what went wrong in one line on standard error, with `--json` as an object on standard output too. */
export function reportError(error: unknown, json: boolean): 1 | 2 {
  const report = describe(error);
  writeLine(`sotto: ${report.error.message}`);
  if (report.details !== undefined) writeLine(report.details);
  if (process.env['SOTTO_DEBUG'] === '1' && error instanceof Error) writeLine(error.stack ?? '');
  if (json) writeJson({ error: report.error });
  return report.code;
}

function describe(error: unknown): Report {
  if (error instanceof UsageError) {
    const { message, what, hint } = error;
    return { code: 2, error: { kind: 'use', message, what, hint } };
  }
  if (error instanceof ConfigError) {
    const { message, where, what, hint } = error;
    return { code: 2, error: { kind: 'config', message, where, what, hint } };
  }
  if (error instanceof ModelError) return describeModel(error);
  const input = error instanceof InputError ? error : systemInputError(error);
  if (input !== undefined) {
    const { kind, message, where, what, hint } = input;
    return { code: 2, error: { kind, message, where, what, hint } };
  }
  return describeByName(error);
}

function describeModel(error: ModelError): Report {
  const { message, where, what, hint } = error;
  const shared = { message, where, what, hint };
  if ('table' in error && typeof error.table === 'string' && 'problems' in error && Array.isArray(error.problems)) {
    return { code: 2, error: { kind: 'unsupported', ...shared, problems: error.problems }, details: error.table };
  }
  return { code: 2, error: { kind: 'model', ...shared } };
}

/** Errors of rooms that are loaded only when they are needed: importing their classes here would load them always. */
function describeByName(error: unknown): Report {
  const name = error instanceof Error ? error.name : '';
  const message = oneLine(error instanceof Error ? error.message : String(error));
  switch (name) {
    case 'StuckError':
      return { code: 1, error: { kind: 'stuck', message } };
    case 'SimulationBuildError':
      return describeBuild(error, message);
    case 'DesignError': {
      const problems =
        error instanceof Error && 'diagnostics' in error ? (error.diagnostics as readonly unknown[]) : [];
      const text = `the design fails ${problems.length} of its checks; this is a bug, please report it with the model`;
      return { code: 2, error: { kind: 'bug', message: text }, details: (error as Error).message };
    }
    case 'SimulationError':
    case 'PlacementError':
    case 'DeviceError':
    case 'TrainingError':
    case 'ProjectionError':
      return { code: 2, error: { kind: name.replace(/Error$/, '').toLowerCase(), message } };
    default: {
      const text = `unexpected error: ${name} ${message}; this is a bug, please report it (SOTTO_DEBUG=1 shows where)`;
      return { code: 2, error: { kind: 'bug', message: text } };
    }
  }
}

function describeBuild(error: unknown, message: string): Report {
  const log = typeof error === 'object' && error !== null && 'log' in error ? String(error.log) : '';
  if (log === '') return { code: 2, error: { kind: 'tool', message } };
  const path = join(mkdtempSync(join(tmpdir(), 'sotto-log-')), 'build.log');
  writeFileSync(path, log);
  return { code: 2, error: { kind: 'tool', message: `${message}; the log is ${path}`, log: path } };
}

function oneLine(text: string): string {
  return text.trim().replaceAll(/\s*\n\s*/g, ' ');
}
