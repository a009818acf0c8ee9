/**
 * A place in the user's source. The three fields are computed on first use: capturing a stack is cheap, formatting
 * and parsing it is not, and most locators are never read.
 */
export interface Locator {
  /** Path relative to the working directory with forward slashes, or absolute when it lies outside. */
  readonly file: string;
  /** Absolute path on disk, for tools that read the source text. */
  readonly absoluteFile: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. For a method call V8 reports the column of the method's name. */
  readonly column: number;
}
