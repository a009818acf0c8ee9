// slices: made by a test
module slices (
  input  wire  [7:0] a,
  output wire [15:0] wide
);

  wire [15:0] x /* verilator split_var */;

  assign x[11:4] = a;
  assign x[15] = x[7];
  assign x[3:0] = 4'd13;
  assign x[14:12] = 3'd2;
  assign wide = x;

endmodule
