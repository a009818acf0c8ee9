import { formatRange } from '../network/integer/index.js';
import { type Manifest, removesAnything } from './manifest.js';
import { describePreprocess } from './preprocess.js';

/**
 * `README.md` of a design: how to use it with no tool of ours.
 *
 * @param images names of the files of images
 */
export function designNote(manifest: Omit<Manifest, 'files'>, images: readonly string[], programming?: object): string {
  const { top, input, result, timing, layers, ports } = manifest;
  const [channels, height, width] = input.shape;
  const values = channels * height * width;
  const { low, high } = formatRange(input.format);
  const last = layers.at(-1)!;
  const what =
    result.field === 'label'
      ? `one beat an image: the index of the largest of ${last.outputShape.join('×')} scores, the first of equals`
      : `${result.perImage} beats an image: scores of ${result.format.bits} bits, ${result.format.signed ? 'two’s complement' : 'unsigned'}`;
  return `# ${top}

An inference engine of SOT-MRAM subarrays for the network \`${manifest.network}\`, made by ${manifest.generator.name} ${manifest.generator.version}.
\`manifest.json\` says the same and more for programs; \`network.json\` holds the integers that the engine computes with.

## Ports

| port | direction | bits | meaning |
| --- | --- | --- | --- |
${ports.map((port) => `| \`${port.name}\` | ${port.direction} | ${port.width} | ${port.meaning} |`).join('\n')}

Streams move a beat at each rising edge of \`clk\` where valid and ready are both 1. Hold \`rst\` at 1 for one edge first.

**Image**: ${values} beats of ${input.format.bits} bits, by row, column, channel (the channel fastest), ${channels}×${height}×${width} in all. A stored byte b stands for
${describePreprocess(input.preprocess).replace('byte', 'b')}; its integer is round(that / ${input.meaning.scale} + ${input.meaning.zeroPoint}), between ${low} and ${high}.

**Result**: ${what}.
A score s stands for ${result.meaning.scale} · (s − ${result.meaning.zeroPoint}).

${programming === undefined ? '' : programNote}**Time**: ${timing.latency} cycles from the first beat of an image to its result, ${timing.cyclesPerImage} cycles an image in a row, if nothing stalls.

## Layers

| layer | Verilog | shape | subarrays | sensing cycles an image |
| --- | --- | --- | --- | --- |
${layers
  .map(
    (layer) =>
      `| ${layer.name} | \`${layer.module}_*\` | ${layer.inputShape.join('×')} → ${layer.outputShape.join('×')} | ${layer.subarrays} | ${layer.sensingCycles} |`,
  )
  .join('\n')}

${removalNote(manifest, images)}## Tools

${readsImages(images.length)}Run every tool in this folder.

\`\`\`sh
verilator --lint-only -Wall --top-module ${top} *.v
iverilog -g2001 -s ${top} -o ${top}.vvp *.v
yosys -p 'read_verilog *.v; synth_xilinx -top ${top}; stat'
\`\`\`
`;
}

/** What is not there, and where the hardware knows it from; nothing where every row and column is there. */
function removalNote({ compression, layers }: Omit<Manifest, 'files'>, images: readonly string[]): string {
  if (compression === undefined || !removesAnything(compression)) return '';
  const rows = compression.layers.map((matrix) => {
    const { module, gather, plan } = layers.find(({ name }) => name === matrix.name)!;
    const table = `${module}_keep.mem`;
    const place = `\`${module}_${plan.kind === 'bank' ? plan.source : 'pool'}.v\``;
    const chosen =
      gather === undefined
        ? 'all that arrive'
        : gather.tableBits === 0
          ? `wires in ${place}`
          : `${images.includes(table) ? `\`${table}\`` : `a constant in ${place}`}, a bit for each of ${gather.columns} values that arrive`;
    return `| ${matrix.name} | ${matrix.keptRows} of ${matrix.rows} | ${matrix.keptColumns} of ${matrix.columns} | ${chosen} |`;
  });
  return `## What was removed

Compression left ${compression.nonzero} of ${compression.parameters} weights. Filters (rows of the weight matrices) and inputs of windows (columns) that no
score needs are not in the hardware; a filter that is gone is an input channel that the next layer does not have.

| layer | filters left | columns left | chosen by |
| --- | --- | --- | --- |
${rows.join('\n')}

`;
}

function readsImages(images: number): string {
  if (images === 0) return '';
  return `${images === 1 ? 'The `.mem` image is' : `The ${images} \`.mem\` images are`} read by \`$readmemh\` under plain names. `;
}

const programNote = `**Program**: the weights are in no image. After reset, before the first image, send every line of \`program.hex\` as a beat of the
stream \`program\`: array, row and data side by side, data lowest. The rows survive a reset. The macro \`sot_mram_*\` is a black
box with pins only; to simulate, read the file of the same name in \`models/\` in its place.

`;
