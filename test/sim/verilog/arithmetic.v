// Signed and wide arithmetic without a clock.
module arithmetic (
  input  wire signed [6:0]   a,
  input  wire signed [11:0]  b,
  input  wire        [99:0]  wide,
  input  wire signed [63:0]  long_a,
  input  wire signed [52:0]  exact,
  output wire signed [18:0]  product,
  output wire signed [6:0]   negated,
  output wire        [100:0] wide_sum,
  output wire signed [64:0]  long_sum,
  output wire signed [52:0]  exact_negated,
  output wire        [31:0]  low_word
);
  assign product       = a * b;
  assign negated       = -a;
  assign wide_sum      = wide + 100'hF_FFFFFFFF_FFFFFFFF_FFFFFFFF;
  assign long_sum      = long_a + 65'sd1;
  assign exact_negated = -exact;
  assign low_word      = wide[31:0];
endmodule
