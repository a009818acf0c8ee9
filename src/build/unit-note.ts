import type { FloatUnitManifest } from './fp-unit.js';

/** `README.md` of a floating-point unit: how to use it with no tool of ours. */
export function unitNote({ top, operation, numberFormat, options, timing, ports }: FloatUnitManifest): string {
  const { name, exponentBits, fractionBits, width } = numberFormat;
  const { latency } = timing;
  const stream =
    options.handshake === 'stream'
      ? 'Operands are taken at the rising edges of `clk` where `in_valid` and `in_ready` are 1, a result where `out_valid` and `out_ready` are.'
      : 'All stages move at the rising edges of `clk` where `enable` is 1.';
  const every = timing.initiationInterval === 1 ? 'every cycle' : `every ${timing.initiationInterval} cycles`;
  return `# ${top}

\`${operation}\` for ${name}: ${width} bits, sign, ${exponentBits} of exponent, ${fractionBits} of fraction. ${stream}
${latency === 0 ? 'The result is there in the cycle of its operands' : `The result follows ${latency} ${latency === 1 ? 'cycle' : 'cycles'} after its operands if nothing stalls`}; an operation may start ${every}.

Rounding: ${options.rounding === 'port' ? 'by `rounding_mode`, 0 nearest even, 1 toward zero, 2 down, 3 up, 4 nearest with ties away' : options.rounding}.
Subnormals: ${options.subnormals === 'exact' ? 'exact' : 'flushed to zero'}. NaN results are the canonical quiet NaN.
${options.flags ? 'Flags, bit 4 to bit 0: invalid, divide by zero, overflow, underflow (tiny after rounding), inexact.\n' : ''}
| port | direction | bits | meaning |
| --- | --- | --- | --- |
${ports.map((port) => `| \`${port.name}\` | ${port.direction} | ${port.width} | ${port.meaning} |`).join('\n')}

\`\`\`sh
verilator --lint-only -Wall --top-module ${top} *.v
yosys -p 'read_verilog *.v; synth_xilinx -top ${top}; stat'
\`\`\`
`;
}
