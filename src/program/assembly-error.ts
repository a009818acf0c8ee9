/** Frames of these files are the assembler's own and never the place where a mistake was made. */
const machinery = /\/src\/program\/(?:[a-z-]*assembler|line-allocator|assembly-error)\.[jt]s/;
const macros = /\/src\/program\//;

/**
 * The place in the stack where a macro was called: the first frame outside of this room if there is one, else the first
 * outside of the assembler. `file:line:column`, the file relative to the working directory, with forward slashes.
 */
function callSite(stack: string): string | undefined {
  const frames = [...stack.matchAll(/(?:\(|at )((?:file:\/\/)?[^()\s]+:\d+:\d+)\)?$/gm)]
    .map((match) => match[1]!.replace(/^file:\/\//, '').replaceAll('\\', '/'))
    .filter((frame) => !frame.startsWith('node:') && !frame.includes('/node_modules/'));
  const outside = frames.filter((frame) => !machinery.test(frame));
  const found = outside.find((frame) => !macros.test(frame)) ?? outside[0];
  const root = `${process.cwd().replaceAll('\\', '/')}/`;
  return found?.startsWith(root) ? found.slice(root.length) : found;
}

/** A program that cannot be assembled: what is wrong, in which section of the program, and where it was asked for. */
export class AssemblyError extends Error {
  override readonly name = 'AssemblyError';
  /** `file:line:column` of the macro call. */
  readonly location: string | undefined;

  constructor(program: string, section: string, problem: string) {
    super(problem);
    // The stack is formatted only here, so that correct programs never pay for it.
    this.location = callSite(this.stack ?? '');
    const within = section === '' ? '' : `, in '${section}'`;
    this.message = `program '${program}'${within}: ${problem}${this.location ? ` (${this.location})` : ''}`;
  }
}
