import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { SimulationBuildError } from './errors.js';
import type { Port } from './port-types.js';

/** A port with the name of its member in the generated class. */
export interface VerilatedPort extends Port {
  readonly member: string;
}

/** Verilator writes a character that C++ does not allow, and the second of two underscores, as `__0` and its code. */
function verilogName(member: string): string {
  return member.replace(/__0([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Reads the port macros of a generated class header: `VL_IN8(&name,msb,lsb);`. */
export function readVerilatedPorts(header: string, signed: ReadonlySet<string>): VerilatedPort[] {
  return [...header.matchAll(/^\s*VL_(IN|OUT|INOUT)(?:8|16|64|W)?\((.+?),(-?\d+),(-?\d+)(?:,\d+)?\);/gm)].map(
    ([, kind, reference = '', left, right]) => {
      const member = /^&(\w+)$/.exec(reference)?.[1];
      if (kind === 'INOUT' || member === undefined) {
        const what = kind === 'INOUT' ? 'is bidirectional' : 'is an unpacked array';
        const message = `port ${verilogName(reference.replace(/\W/g, ''))} ${what}: wrap the module in one with plain ports`;
        throw new SimulationBuildError('describe', 'sotto', message);
      }
      const name = verilogName(member);
      const width = Math.abs(Number(left) - Number(right)) + 1;
      return { name, member, width, direction: kind === 'IN' ? 'input' : 'output', signed: signed.has(name) };
    },
  );
}

type RunVerilator = (format: readonly string[]) => Promise<{ ok: boolean; log: string }>;

/**
 * The names of the signed ports, which the generated C++ no longer tells: from Verilator's own dump of the design,
 * XML up to version 5.040 and JSON after that. A design with errors has none.
 */
export async function readSignedPorts(run: RunVerilator, folder: string): Promise<Set<string>> {
  if ((await run(['--xml-only'])).ok) return signedInXml(readOne(folder, '.xml'));
  if ((await run(['--json-only'])).ok) return signedInJson(readOne(folder, '.tree.json'));
  return new Set();
}

function readOne(folder: string, extension: string): string {
  const name = readdirSync(folder).find((file) => file.endsWith(extension));
  return name === undefined ? '' : readFileSync(join(folder, name), 'utf8');
}

export function signedInXml(xml: string): Set<string> {
  const types = new Set([...xml.matchAll(/<basicdtype [^>]*\bid="(\d+)"[^>]*\bsigned="true"/g)].map(([, id]) => id));
  const top = /<module [^>]*topModule="1"[^>]*>([\s\S]*?)<\/module>/.exec(xml)?.[1] ?? '';
  const ports = [...top.matchAll(/<var [^>]*\bname="([^"]+)"[^>]*\bdtype_id="(\d+)"[^>]*\bdir="/g)];
  return new Set(ports.filter(([, , type]) => types.has(type)).map(([, name = '']) => name));
}

interface TreeNode {
  readonly type?: string;
  readonly name?: string;
  readonly addr?: string;
  readonly direction?: string;
  readonly dtypep?: string;
  readonly level?: number;
  readonly modulesp?: readonly TreeNode[];
  readonly stmtsp?: readonly TreeNode[];
  readonly miscsp?: readonly TreeNode[];
  readonly typesp?: readonly TreeNode[];
  readonly signed?: boolean;
}

export function signedInJson(json: string): Set<string> {
  const netlist = JSON.parse(json) as TreeNode;
  const types = (netlist.miscsp ?? []).flatMap((node) => node.typesp ?? []);
  const signed = new Set(types.filter((type) => type.signed).map((type) => type.addr));
  const modules = netlist.modulesp ?? [];
  const top = modules.find((module) => module.level === 2) ?? modules[0];
  const ports = (top?.stmtsp ?? []).filter((node) => node.type === 'VAR' && (node.direction ?? 'NONE') !== 'NONE');
  return new Set(ports.filter((port) => signed.has(port.dtypep)).map((port) => port.name ?? ''));
}
