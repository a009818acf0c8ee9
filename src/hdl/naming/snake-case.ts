/**
 * The Verilog spelling of a TypeScript name: `weightPlane` → `weight_plane`, `HTTPServer` → `http_server`,
 * `x2Y` → `x2_y`. Characters that Verilog does not know are dropped; a name without any letter gives undefined.
 */
export function snakeCase(name: string): string | undefined {
  const text = name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll(/[^A-Za-z0-9_]+/g, '_')
    .toLowerCase()
    .replaceAll(/^_+|_+$/g, '');
  if (!/[a-z]/.test(text)) return undefined;
  return /^[0-9]/.test(text) ? `n${text}` : text;
}

/** `idleWait` → `IDLE_WAIT`, for constants. */
export function constantCase(name: string): string {
  return (snakeCase(name) ?? 'value').toUpperCase();
}
