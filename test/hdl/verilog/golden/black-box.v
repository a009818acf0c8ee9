// parent: made by a test
module parent (
  input  wire [7:0] a,
  input  wire [7:0] b,
  output wire [7:0] result
);

  wire [7:0] q0;
  wire [3:0] _unused_child0_spare;

  macro child0 (
    .a     (a & b),
    .q     (q0),
    .spare (_unused_child0_spare)
  );

  assign result = q0;

endmodule

// child: made by a test
/* verilator lint_off UNUSED */
/* verilator lint_off UNDRIVEN */
(* blackbox *)
module macro (
  input  wire [7:0] a,
  output wire [7:0] q,
  output wire [3:0] spare
);

endmodule
/* verilator lint_on UNUSED */
/* verilator lint_on UNDRIVEN */
