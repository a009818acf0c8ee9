// commented: made by a test
//
// Made by a test.
module commented (
  input  wire [7:0] a,
  input  wire [7:0] b,
  output wire [7:0] result
);

  // What both have.
  wire [7:0] x = a & b; // both // design.ts:1

  assign result = x; // design.ts:1

endmodule
