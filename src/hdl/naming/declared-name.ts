import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type * as TsMorph from 'ts-morph';
import type { Locator } from '../locator.js';

type Ts = typeof TsMorph.ts;
type Node = TsMorph.ts.Node;

/** A call in a source file, at the column that V8 reports for it. */
interface Call {
  readonly column: number;
  /** The variable or property that receives the value. */
  readonly name: string | undefined;
}

/** Columns may be off by a few where a loader has rewritten the line. */
const toleratedColumns = 8;

const filesByPath = new Map<string, ReadonlyMap<number, readonly Call[]>>();
let loaded: Ts | undefined;

/**
 * Loading the TypeScript parser takes a fifth of a second, which a design with given names need not spend. The parser
 * alone is what ts-morph itself loads first.
 */
function typescript(): Ts {
  if (loaded !== undefined) return loaded;
  const tsMorph = createRequire(import.meta.url).resolve('ts-morph');
  loaded = (createRequire(tsMorph)('@ts-morph/common') as Pick<typeof TsMorph, 'ts'>).ts;
  return loaded;
}

/**
 * The name of the variable, property or field that receives the value of the call at the locator; undefined if there is
 * none or if the source cannot be read. A call in the body of an arrow function that is an argument of the declaring
 * call has its name too: `const stages = times(4, () => register(…))`.
 */
export function declaredName(locator: Locator): string | undefined {
  const { absoluteFile, line, column } = locator;
  let lines = filesByPath.get(absoluteFile);
  if (lines === undefined) {
    lines = readCalls(absoluteFile);
    filesByPath.set(absoluteFile, lines);
  }
  const calls = lines.get(line);
  if (calls === undefined) return undefined;
  const exact = calls.find((call) => call.column === column);
  if (exact !== undefined) return exact.name;
  const distance = (call: Call) => Math.abs(call.column - column);
  const nearest = calls.reduce((best, call) => (distance(call) < distance(best) ? call : best));
  return calls.length === 1 || distance(nearest) <= toleratedColumns ? nearest.name : undefined;
}

function readCalls(file: string): ReadonlyMap<number, readonly Call[]> {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return new Map();
  }
  const ts = typescript();
  const options = { languageVersion: ts.ScriptTarget.Latest, jsDocParsingMode: ts.JSDocParsingMode.ParseNone };
  const source = ts.createSourceFile(file, text, options, false);
  const names = new Map<Node, string>();
  const lines = new Map<number, Call[]>();
  const visit = (node: Node) => {
    const declaration = declarationOf(ts, node);
    if (declaration !== undefined) nameValue(ts, declaration.value, declaration.name, names);
    if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
      const place = source.getLineAndCharacterOfPosition(callPosition(ts, node, source));
      const calls = lines.get(place.line + 1) ?? [];
      calls.push({ column: place.character + 1, name: names.get(node) });
      lines.set(place.line + 1, calls);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return lines;
}

/** V8 reports `f(…)` at `f`, `a.f(…)` at `f` and `new F(…)` at `new`. */
function callPosition(ts: Ts, node: Node, source: TsMorph.ts.SourceFile): number {
  if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
    return node.expression.name.getStart(source);
  }
  return node.getStart(source);
}

function declarationOf(ts: Ts, node: Node): { name: string; value: Node } | undefined {
  if (ts.isVariableDeclaration(node) || ts.isPropertyAssignment(node) || ts.isPropertyDeclaration(node)) {
    if (node.initializer === undefined || !hasPlainName(ts, node.name)) return undefined;
    return { name: node.name.text, value: node.initializer };
  }
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.EqualsToken) {
    const target = node.left;
    if (ts.isIdentifier(target)) return { name: target.text, value: node.right };
    if (ts.isPropertyAccessExpression(target)) return { name: target.name.text, value: node.right };
  }
  return undefined;
}

function hasPlainName(
  ts: Ts,
  name: Node,
): name is TsMorph.ts.Identifier | TsMorph.ts.StringLiteral | TsMorph.ts.PrivateIdentifier {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) || ts.isPrivateIdentifier(name);
}

/** Gives the name to the calls whose value the declaration receives. */
function nameValue(ts: Ts, value: Node, name: string, names: Map<Node, string>): void {
  if (
    ts.isParenthesizedExpression(value) ||
    ts.isAsExpression(value) ||
    ts.isSatisfiesExpression(value) ||
    ts.isNonNullExpression(value) ||
    ts.isAwaitExpression(value)
  ) {
    nameValue(ts, value.expression, name, names);
  } else if (ts.isConditionalExpression(value)) {
    nameValue(ts, value.whenTrue, name, names);
    nameValue(ts, value.whenFalse, name, names);
  } else if (ts.isArrayLiteralExpression(value)) {
    value.elements.forEach((element, index) => nameValue(ts, element, `${name}_${index}`, names));
  } else if (ts.isCallExpression(value) || ts.isNewExpression(value)) {
    names.set(value, name);
    for (const argument of value.arguments ?? []) {
      if (ts.isArrowFunction(argument) && !ts.isBlock(argument.body)) nameValue(ts, argument.body, name, names);
    }
  }
}
