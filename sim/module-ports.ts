import type {
  Bits,
  EnumerationType,
  Input,
  LeafType,
  Output,
  PortTree,
  SignedBits,
  Sink,
  Source,
} from '../src/hdl/index.js';
import type { AnyPorts, PortShape, WidthOfNumber } from './port-types.js';

// Types that say which Verilog ports a module of the construction language has: `{input: Source<{lastWord: Bool}>}`
// has `input_valid`, `input_ready` and `input_last_word`.

type IsUpper<Letter extends string> = Letter extends Lowercase<Letter> ? false : true;
type IsLowerOrDigit<Letter extends string> = Letter extends `${number}`
  ? true
  : Letter extends Uppercase<Letter>
    ? false
    : true;

/** Whether an underscore goes before a letter, after `Previous` and before `Next`. */
type StartsWord<Previous extends string, Letter extends string, Next extends string> = Previous extends ''
  ? false
  : IsUpper<Letter> extends false
    ? false
    : IsLowerOrDigit<Previous> extends true
      ? true
      : IsUpper<Previous> extends false
        ? false
        : Next extends `${number}` | ''
          ? false
          : IsLowerOrDigit<Next>;

type Snake<
  Text extends string,
  Previous extends string = '',
  Done extends string = '',
> = Text extends `${infer Letter}${infer Rest}`
  ? Snake<
      Rest,
      Letter,
      `${Done}${StartsWord<Previous, Letter, Rest extends `${infer Next}${string}` ? Next : ''> extends true ? '_' : ''}${Lowercase<Letter>}`
    >
  : Done;

/** The Verilog spelling of a property: `weightPlane` → `weight_plane`, `HTTPServer` → `http_server`. */
export type SnakeCase<Key extends string> = string extends Key ? string : Snake<Key>;

type Joined<Prefix extends string, Key> = Key extends string | number
  ? Prefix extends ''
    ? SnakeCase<`${Key}`>
    : `${Prefix}_${SnakeCase<`${Key}`>}`
  : never;

type ShapeOf<Direction extends 'input' | 'output', Type extends LeafType> = {
  readonly direction: Direction;
  // The codes of an enumeration always fit a number.
  readonly width: Type extends EnumerationType
    ? WidthOfNumber
    : Type extends Bits<infer Width> | SignedBits<infer Width>
      ? Width
      : number;
};

interface Entry<Name extends string, Shape extends PortShape> {
  readonly name: Name;
  readonly shape: Shape;
}

type Payload<Prefix extends string, Direction extends 'input' | 'output', Fields> = {
  [Field in keyof Fields]: Fields[Field] extends LeafType
    ? Entry<Joined<Prefix, Field>, ShapeOf<Direction, Fields[Field]>>
    : never;
}[keyof Fields];

type StreamEntries<Prefix extends string, Forward extends 'input' | 'output', Fields> =
  | Entry<Joined<Prefix, 'valid'>, { readonly direction: Forward; readonly width: 1 }>
  | Entry<
      Joined<Prefix, 'ready'>,
      { readonly direction: Forward extends 'input' ? 'output' : 'input'; readonly width: 1 }
    >
  | Payload<Prefix, Forward, Fields>;

// A tree of unknown shape has no entries, and must not be searched without end.
type Entries<Tree, Prefix extends string> = [PortTree] extends [Tree]
  ? never
  : Tree extends Source<infer Fields>
    ? StreamEntries<Prefix, 'input', Fields>
    : Tree extends Sink<infer Fields>
      ? StreamEntries<Prefix, 'output', Fields>
      : Tree extends Input<infer Type>
        ? Entry<Prefix, ShapeOf<'input', Type>>
        : Tree extends Output<infer Type>
          ? Entry<Prefix, ShapeOf<'output', Type>>
          : Tree extends readonly unknown[]
            ? { [Index in keyof Tree]: Entries<Tree[Index], Joined<Prefix, Index>> }[number]
            : { [Key in keyof Tree]: Entries<Tree[Key], Joined<Prefix, Key>> }[keyof Tree];

/** The reset that a module gets when one of its registers has a reset value. */
type ImplicitReset = Entry<'rst', { readonly direction: 'input'; readonly width: 1 }>;

/**
 * The ports of a module with the port tree `Tree`, by their Verilog names, with literal widths where the tree has
 * them. The clock is left out, because `step` drives it. A tree of unknown shape gives `AnyPorts`.
 */
export type PortsOf<Tree extends PortTree> = PortTree extends Tree
  ? AnyPorts
  : {
      readonly [Port in Entries<Tree, ''> | ImplicitReset as Port extends Entry<infer Name, PortShape>
        ? Name
        : never]: Port extends Entry<string, infer Shape> ? Shape : never;
    };
