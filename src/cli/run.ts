import yargs, { type Argv } from 'yargs';
import { generatorVersion } from '../build/version.js';
import { exportCommand } from './commands/export.js';
import { compressCommand } from './commands/compress.js';
import { generateCommand } from './commands/generate.js';
import { inspectCommand } from './commands/inspect.js';
import { programCommand } from './commands/program.js';
import { runProgramCommand } from './commands/run-program.js';
import { simulateCommand } from './commands/simulate.js';
import { trainCommand } from './commands/train.js';
import { unitCommand } from './commands/unit.js';
import type { Command } from './command.js';
import { reportError, UsageError } from './report-error.js';
import { nearest } from './nearest.js';

const commands: readonly Command[] = [
  trainCommand,
  compressCommand,
  generateCommand,
  simulateCommand,
  inspectCommand,
  exportCommand,
  unitCommand,
  programCommand,
  runProgramCommand,
];

/**
 * Runs one command.
 *
 * @param args without the interpreter and the script
 * @returns the exit code: 0 done, 1 a check found a mismatch, 2 bad input or use
 */
export async function runCommandLine(args: readonly string[]): Promise<number> {
  let code = 0;
  let failure: { readonly error: unknown } | undefined;
  const json = args.includes('--json');
  try {
    const parser = commands.reduce(
      (parser, command) =>
        parser.command(
          command.usage,
          command.summary,
          (builder) => describe(builder, command),
          async (argv) => {
            try {
              code = await command.run(argv);
            } catch (error) {
              failure = { error };
            }
          },
        ),
      frame(args),
    );
    await parser.parseAsync();
  } catch (error) {
    // What a command throws is caught above: this is yargs, about the command line.
    failure = { error: usageError(error, args) };
  }
  return failure === undefined ? code : reportError(failure.error, json);
}

function frame(args: readonly string[]): Argv {
  const parser = yargs([...args])
    .scriptName('sotto')
    .usage('$0 <command>\n\nFrom a trained network to proved Verilog of a SOT-MRAM processing-in-memory engine.')
    .example('$0 compress lenet.onnx --data mnist --ratio 40 --out lenet.safetensors', 'prune and quantise')
    .example('$0 generate lenet.onnx --out out/lenet', 'make the Verilog of an engine')
    .example('$0 simulate out/lenet --images t10k-images.gz', 'prove it on images, bit for bit')
    .example('$0 inspect lenet.onnx', 'see what a model consists of')
    .example('$0 unit fp-add --format fp32 --out out/add', 'make one unit of arithmetic')
    .epilogue('Exit codes: 0 done, 1 a check found a mismatch, 2 bad input or use.')
    .demandCommand(1, 'no command is given')
    .version('version', 'print the version', generatorVersion().version)
    .completion('completion', 'print a completion script for bash or zsh')
    .help('help', 'print this help')
    .parserConfiguration({ 'parse-numbers': false, 'parse-positional-numbers': false })
    .strict()
    .exitProcess(false)
    .fail(false);
  return parser.wrap(Math.min(120, parser.terminalWidth()));
}

function describe(builder: Argv, { positional, options, examples, epilogue }: Command): Argv {
  const described = builder
    .positional(positional.name, { describe: positional.summary, type: 'string', demandOption: true })
    .options({
      ...options,
      json: { type: 'boolean', describe: 'print one JSON object on standard output' },
    });
  for (const [line, what] of examples) described.example(line, what);
  return epilogue === undefined ? described : described.epilogue(epilogue);
}

/** What yargs says of wrong use, with the nearest name that would have been right. */
function usageError(error: unknown, args: readonly string[]): unknown {
  if (!(error instanceof Error)) return error;
  const command = commands.find(({ name }) => args.includes(name));
  const help = `see sotto ${command === undefined ? '' : `${command.name} `}--help`;
  if (command !== undefined && error.message.startsWith('Not enough non-option arguments')) {
    return new UsageError(`no ${command.positional.name} is given`, help);
  }
  const unknown = /^Unknown (argument|command)s?: ([^,]+)/.exec(error.message);
  if (unknown === null) return new UsageError(lowerFirst(error.message), help);
  const name = unknown[2]!.trim();
  const isCommand = command === undefined && args.find((arg) => !arg.startsWith('-')) === name;
  if (isCommand) {
    const meant = nearest(name, [...commands.map((known) => known.name), 'completion']);
    return new UsageError(`unknown command '${name}'`, meant === undefined ? help : `did you mean '${meant}'?`);
  }
  const flags = [...Object.keys(command?.options ?? {}), 'json', 'help', 'version'];
  const isFlag = args.some((arg) => /^--?/.exec(arg) && arg.replace(/^--?(?:no-)?/, '').split('=')[0] === name);
  const meant = isFlag ? nearest(name, flags) : undefined;
  return new UsageError(
    isFlag ? `unknown option --${name}` : `unexpected argument '${name}'`,
    meant === undefined ? help : `did you mean --${meant}?`,
  );
}

function lowerFirst(text: string): string {
  return `${text.charAt(0).toLowerCase()}${text.slice(1)}`.replaceAll(/\s*\n\s*/g, '; ');
}
