import type { Locator } from '../locator.js';

export function declaredName(_locator: Locator): string | undefined {
  return undefined;
}
