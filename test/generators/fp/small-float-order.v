// Definition of comparisons and conversions of small floating-point formats, by the numbers that patterns stand for: see
// small-float.v. Pure definition, for proofs.

// What a comparison sees: the numbers as signed multiples of the smallest subnormal, infinities beyond all of them.
module small_float_compare #(parameter E = 4, parameter F = 3, parameter OCP = 1) (
  input  wire [E+F:0] a, b,
  output wire [3:0]   order,
  output wire [E+F:0] minimum, maximum,
  output wire         signalling,
  output wire         unordered
);
  localparam W = F + (1 << E) + 2;
  localparam [E+F:0] QUIET = OCP ? (1 << (E + F)) - 1 : (((1 << E) - 1) << F) | (1 << (F - 1));
  wire [W-1:0] x, y;
  wire x_nan, y_nan, x_infinity, y_infinity, x_quiet, y_quiet;
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(W)) value_a (a, x, x_nan, x_infinity, x_quiet);
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(W)) value_b (b, y, y_nan, y_infinity, y_quiet);
  wire signed [W:0] left = a[E+F] ? -$signed({1'b0, x}) : $signed({1'b0, x});
  wire signed [W:0] right = b[E+F] ? -$signed({1'b0, y}) : $signed({1'b0, y});
  assign unordered = x_nan | y_nan;
  assign order = unordered ? 4'b1000 : {1'b0, left > right, left == right, left < right};
  assign signalling = (x_nan & ~x_quiet) | (y_nan & ~y_quiet);
  // Zeros of two signs are equal, but the negative one is the smaller.
  wire a_first = left < right | (left == right & a[E+F]);
  wire b_first = right < left | (left == right & b[E+F]);
  assign minimum = x_nan & y_nan ? QUIET : x_nan ? b : y_nan ? a : a_first ? a : b;
  assign maximum = x_nan & y_nan ? QUIET : x_nan ? b : y_nan ? a : b_first ? a : b;
endmodule

// A pattern of one format in another; TE, TF and TOCP are those of the other.
module small_float_convert #(
  parameter E = 4, parameter F = 3, parameter OCP = 1,
  parameter TE = 5, parameter TF = 2, parameter TOCP = 0
) (
  input  wire [E+F:0]   a,
  input  wire [2:0]     mode,
  output wire [TE+TF:0] result,
  output wire [4:0]     flags
);
  localparam W = F + (1 << E) + 2 + (1 << TE);
  // Exponents of the smallest subnormals: a unit here is 2^(SMALLEST - TSMALLEST) units there.
  localparam SMALLEST = 2 - (1 << (E - 1)) - F;
  localparam TSMALLEST = 2 - (1 << (TE - 1)) - TF;
  localparam UP = SMALLEST > TSMALLEST ? SMALLEST - TSMALLEST : 0;
  localparam D = TSMALLEST > SMALLEST ? TSMALLEST - SMALLEST : 0;
  localparam [TE+TF:0] QUIET = TOCP ? (1 << (TE + TF)) - 1 : (((1 << TE) - 1) << TF) | (1 << (TF - 1));
  wire [W-1:0] units;
  wire nan, infinity, quiet;
  small_float_value #(.E(E), .F(F), .OCP(OCP), .W(W)) value_a (a, units, nan, infinity, quiet);
  wire [TE+TF:0] rounded;
  wire [4:0] raised;
  small_float_round #(.E(TE), .F(TF), .OCP(TOCP), .W(W)) round (
    .sign(a[E+F]), .magnitude(units << UP), .scale({{(W-1){1'b0}}, 1'b1} << D), .mode(mode), .result(rounded),
    .flags(raised)
  );
  wire [TE+TF:0] infinite = TOCP ? QUIET : {a[E+F], {TE{1'b1}}, {TF{1'b0}}};
  assign result = nan ? QUIET : infinity ? infinite : rounded;
  // Infinity into a format without one is an overflow.
  assign flags = nan ? {~quiet, 4'b0} : infinity ? (TOCP ? 5'b00101 : 5'b0) : raised;
endmodule
