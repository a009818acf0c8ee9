import { ModelError } from '../model-error.js';

/**
 * JSON whose bytes depend on the content alone: keys of objects are sorted, entries that are undefined are left out.
 *
 * @param what names the value in messages
 * @throws ModelError for what JSON cannot hold: NaN, infinities, functions, lists of typed numbers
 */
export function canonicalJson(value: unknown, what: string): string {
  if (Array.isArray(value)) {
    return `[${value.map((entry, index) => canonicalJson(entry, `${what}[${index}]`)).join(',')}]`;
  }
  if (typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype) {
    const entries = Object.entries(value)
      .filter(([, entry]) => entry !== undefined)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry, `${what}.${key}`)}`);
    return `{${entries.join(',')}}`;
  }
  const plain = value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
  if (plain) return JSON.stringify(value);
  throw new ModelError(
    `${what} is ${typeof value === 'number' ? value : `a value of type ${typeof value}`}, which a file cannot hold`,
    {},
    'give plain values of JSON',
  );
}
