// parent: made by a test
module parent (
  input  wire [7:0] a,
  input  wire [7:0] b,
  output wire [7:0] result
);

  wire [7:0] q0;
  wire [3:0] _unused_child0_spare;

  child child0 (
    .a     (a & b),
    .q     (q0),
    .spare (_unused_child0_spare)
  );

  assign result = q0;

endmodule

// child: made by a test
module child (
  input  wire [7:0] a,
  output wire [7:0] q,
  output wire [3:0] spare
);

  assign q = a;
  assign spare = a[3:0];

endmodule
