// Definition of sums, products, quotients and square roots of small floating-point formats by exact fixed-point numbers: every value is a whole
// number of units, and the result is found by trying every finite magnitude of the format, not by shifting and rounding.
// Pure definition, for proofs; no one would build it.

// A pattern as a whole number of the smallest subnormal, and its class.
module small_float_value #(
  parameter E = 4, parameter F = 3, parameter OCP = 1, parameter W = 32
) (
  input  wire [E+F:0] pattern,
  output wire [W-1:0] units,
  output wire         nan,
  output wire         infinity,
  output wire         quiet
);
  wire [E-1:0] field = pattern[E+F-1:F];
  wire [F-1:0] fraction = pattern[F-1:0];
  wire top = &field;
  assign nan = OCP ? (top & (&fraction)) : (top & (fraction != 0));
  assign infinity = OCP ? 1'b0 : (top & (fraction == 0));
  assign quiet = OCP ? 1'b1 : fraction[F-1];
  wire [W-1:0] whole = {{(W-F-1){1'b0}}, field != 0, fraction};
  assign units = field == 0 ? whole : whole << (field - 1);
endmodule

// The rounded pattern of sign and magnitude / scale, in units of the smallest subnormal; all numbers are multiplied by scale
// instead. It and what fits a magnitude times two have at most W bits.
module small_float_round #(
  parameter E = 4, parameter F = 3, parameter OCP = 1, parameter W = 32
) (
  input  wire         sign,
  input  wire [W-1:0] magnitude,
  input  wire [W-1:0] scale,
  input  wire [2:0]   mode,
  output reg  [E+F:0] result,
  output reg  [4:0]   flags
);
  localparam BODY = E + F;
  // Patterns from here on are no finite numbers; their values go on, as if the exponents did.
  localparam [BODY:0] LIMIT = OCP ? (1 << BODY) - 1 : ((1 << E) - 1) << F;

  function [W+1:0] value_of;
    input [BODY:0] body;
    reg [W+1:0] whole;
    begin
      whole = {{(W+1-F){1'b0}}, body[F-1:0]};
      if (body[BODY:F] != 0) whole = (whole + (1 << F)) << (body[BODY:F] - 1);
      value_of = whole * scale;
    end
  endfunction

  // Direction of rounding for this magnitude: grow, or nearest with its ties.
  wire outward = (mode == 2 & sign) | (mode == 3 & ~sign);
  wire nearest = mode == 0 | mode[2];

  // Does `exact` (times two) lie far enough above `low` that `high` is taken?
  function takes_high;
    input [W+2:0] exact, low, high;
    input odd;
    begin
      takes_high = exact != low & (outward | (nearest & (2 * exact > low + high))
                   | (nearest & 2 * exact == low + high & (mode[2] | odd)));
    end
  endfunction

  integer index;
  reg [BODY:0] below;
  reg inexact, tiny;
  wire [W+2:0] exact = {3'b0, magnitude};
  // The smallest normal, and the last number before it with one bit more of precision, in half units.
  wire [W+2:0] smallest_normal = {1'b0, value_of(1 << F)};
  wire [W+2:0] half_unit_less = 2 * smallest_normal - {3'b0, scale};

  always @* begin
    below = 0;
    for (index = 0; index < LIMIT; index = index + 1)
      if ({1'b0, value_of(index)} <= exact) below = index;
    inexact = {1'b0, value_of(below)} != exact;
    // Tiny: still below the smallest normal when rounded to full precision without a smallest exponent.
    tiny = exact < smallest_normal
         & ~(2 * exact > half_unit_less & takes_high(2 * exact, half_unit_less, 2 * smallest_normal, 1'b1));
    if (takes_high(exact, {1'b0, value_of(below)}, {1'b0, value_of(below + 1'b1)}, below[0])) below = below + 1'b1;
    if (below >= LIMIT) begin
      flags = 5'b00101;
      result = OCP ? {1'b0, {BODY{1'b1}}} : {sign, LIMIT[BODY-1:0]};
    end else if (exact >= {1'b0, value_of(LIMIT)}) begin
      flags = 5'b00101;
      result = {sign, below[BODY-1:0]};
    end else begin
      flags = {3'b0, tiny & inexact, inexact};
      result = {sign, below[BODY-1:0]};
    end
  end
endmodule

module small_float_add #(parameter E = 4, parameter F = 3, parameter OCP = 1) (
  input  wire [E+F:0] a, b,
  input  wire [2:0]   mode,
  output wire [E+F:0] result,
  output wire [4:0]   flags
);
  localparam W = F + (1 << E) + 2;
  localparam [E+F:0] QUIET = OCP ? (1 << (E + F)) - 1 : (((1 << E) - 1) << F) | (1 << (F - 1));
  wire [W-1:0] x, y;
  wire x_nan, y_nan, x_infinity, y_infinity, x_quiet, y_quiet;
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(W)) value_a (a, x, x_nan, x_infinity, x_quiet);
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(W)) value_b (b, y, y_nan, y_infinity, y_quiet);
  wire signed [W:0] left = a[E+F] ? -$signed({1'b0, x}) : $signed({1'b0, x});
  wire signed [W:0] right = b[E+F] ? -$signed({1'b0, y}) : $signed({1'b0, y});
  wire signed [W:0] total = left + right;
  wire zero_sign = a[E+F] == b[E+F] ? a[E+F] : mode == 2;
  wire sign = total == 0 ? zero_sign : total < 0;
  wire [W:0] magnitude = total < 0 ? -total : total;
  wire [E+F:0] rounded;
  wire [4:0] raised;
  small_float_round #(.E(E), .F(F), .OCP(OCP), .W(W+1)) round (
    .sign(sign), .magnitude(magnitude), .scale({{W{1'b0}}, 1'b1}), .mode(mode), .result(rounded), .flags(raised)
  );
  wire opposed = x_infinity & y_infinity & (a[E+F] ^ b[E+F]);
  wire nan = x_nan | y_nan | opposed;
  assign result = nan ? QUIET : x_infinity ? a : y_infinity ? b : rounded;
  assign flags = nan ? {(x_nan & ~x_quiet) | (y_nan & ~y_quiet) | opposed, 4'b0}
               : x_infinity | y_infinity ? 5'b0 : raised;
endmodule

module small_float_multiply #(parameter E = 4, parameter F = 3, parameter OCP = 1) (
  input  wire [E+F:0] a, b,
  input  wire [2:0]   mode,
  output wire [E+F:0] result,
  output wire [4:0]   flags
);
  localparam V = F + (1 << E) + 1;
  // A unit of the product is a unit times a unit: 2^-D of a unit.
  localparam D = (1 << (E - 1)) - 2 + F;
  localparam W = 2 * V;
  localparam [E+F:0] QUIET = OCP ? (1 << (E + F)) - 1 : (((1 << E) - 1) << F) | (1 << (F - 1));
  wire [V-1:0] x, y;
  wire x_nan, y_nan, x_infinity, y_infinity, x_quiet, y_quiet;
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(V)) value_a (a, x, x_nan, x_infinity, x_quiet);
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(V)) value_b (b, y, y_nan, y_infinity, y_quiet);
  wire sign = a[E+F] ^ b[E+F];
  wire [W-1:0] product = x * y;
  wire [E+F:0] rounded;
  wire [4:0] raised;
  small_float_round #(.E(E), .F(F), .OCP(OCP), .W(W)) round (
    .sign(sign), .magnitude(product), .scale({{(W-1){1'b0}}, 1'b1} << D), .mode(mode), .result(rounded), .flags(raised)
  );
  wire undefined = (x_infinity & y == 0) | (y_infinity & x == 0);
  wire nan = x_nan | y_nan | undefined;
  wire [E+F:0] infinite = {sign, {E{1'b1}}, {F{1'b0}}};
  assign result = nan ? QUIET : x_infinity | y_infinity ? infinite : rounded;
  assign flags = nan ? {(x_nan & ~x_quiet) | (y_nan & ~y_quiet) | undefined, 4'b0}
               : x_infinity | y_infinity ? 5'b0 : raised;
endmodule

module small_float_divide #(parameter E = 4, parameter F = 3, parameter OCP = 1) (
  input  wire [E+F:0] a, b,
  input  wire [2:0]   mode,
  output wire [E+F:0] result,
  output wire [4:0]   flags
);
  localparam V = F + (1 << E) + 1;
  // A unit by a unit is 1: 2^D units.
  localparam D = (1 << (E - 1)) - 2 + F;
  localparam W = 2 * V + 1;
  localparam [E+F:0] QUIET = OCP ? (1 << (E + F)) - 1 : (((1 << E) - 1) << F) | (1 << (F - 1));
  wire [V-1:0] x, y;
  wire x_nan, y_nan, x_infinity, y_infinity, x_quiet, y_quiet;
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(V)) value_a (a, x, x_nan, x_infinity, x_quiet);
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(V)) value_b (b, y, y_nan, y_infinity, y_quiet);
  wire sign = a[E+F] ^ b[E+F];
  wire [E+F:0] rounded;
  wire [4:0] raised;
  small_float_round #(.E(E), .F(F), .OCP(OCP), .W(W)) round (
    .sign(sign), .magnitude({{(W-V){1'b0}}, x} << D), .scale({{(W-V){1'b0}}, y}), .mode(mode), .result(rounded),
    .flags(raised)
  );
  wire undefined = (x == 0 & y == 0 & ~x_infinity & ~y_infinity) | (x_infinity & y_infinity);
  wire nan = x_nan | y_nan | undefined;
  wire by_zero = y == 0 & ~y_infinity;
  wire [E+F:0] infinite = OCP ? QUIET : {sign, {E{1'b1}}, {F{1'b0}}};
  assign result = nan ? QUIET : x_infinity | by_zero ? infinite : y_infinity ? {sign, {(E+F){1'b0}}} : rounded;
  assign flags = nan ? {(x_nan & ~x_quiet) | (y_nan & ~y_quiet) | (undefined & ~x_nan & ~y_nan), 4'b0}
               : x_infinity | y_infinity ? 5'b0 : by_zero ? 5'b01000 : raised;
endmodule

// A root is found by squaring every number of the format. It is never a tie, too large or too small.
module small_float_square_root #(parameter E = 4, parameter F = 3, parameter OCP = 1) (
  input  wire [E+F:0] a,
  input  wire [2:0]   mode,
  output reg  [E+F:0] result,
  output reg  [4:0]   flags
);
  localparam V = F + (1 << E) + 1;
  localparam D = (1 << (E - 1)) - 2 + F;
  localparam W = 2 * V + 2;
  localparam BODY = E + F;
  localparam [BODY:0] LIMIT = OCP ? (1 << BODY) - 1 : ((1 << E) - 1) << F;
  localparam [E+F:0] QUIET = OCP ? (1 << (E + F)) - 1 : (((1 << E) - 1) << F) | (1 << (F - 1));
  wire [V-1:0] x;
  wire x_nan, x_infinity, x_quiet;
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(V)) value_a (a, x, x_nan, x_infinity, x_quiet);

  function [V-1:0] value_of;
    input [BODY:0] body;
    begin
      value_of = {{(V-F){1'b0}}, body[F-1:0]};
      if (body[BODY:F] != 0) value_of = (value_of + (1 << F)) << (body[BODY:F] - 1);
    end
  endfunction

  function [W-1:0] square;
    input [W-1:0] value;
    square = value * value;
  endfunction

  integer index;
  reg [BODY:0] below;
  reg inexact;
  wire [W-1:0] exact = {{(W-V){1'b0}}, x} << D;
  always @* begin
    below = 0;
    for (index = 0; index < LIMIT; index = index + 1)
      if (square({{(W-V){1'b0}}, value_of(index)}) <= exact) below = index;
    inexact = square({{(W-V){1'b0}}, value_of(below)}) != exact;
    if (inexact & (mode == 3 | ((mode == 0 | mode[2])
        & square({{(W-V){1'b0}}, value_of(below)} + {{(W-V){1'b0}}, value_of(below + 1'b1)}) < (exact << 2))))
      below = below + 1'b1;
    if (x_nan) begin
      result = QUIET;
      flags = {~x_quiet, 4'b0};
    end else if (a[BODY] & (x != 0 | x_infinity)) begin
      result = QUIET;
      flags = 5'b10000;
    end else if (x == 0 | x_infinity) begin
      result = a;
      flags = 5'b0;
    end else begin
      result = {1'b0, below[BODY-1:0]};
      flags = {4'b0, inexact};
    end
  end
endmodule
