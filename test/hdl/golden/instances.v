module pair (
  input  wire       clk,    // rising edge
  input  wire [1:0] index,
  output wire [7:0] result
);

  wire [7:0] table0_word;
  wire [7:0] table1_word;
  wire [7:0] buffer_to;

  lookup #(
    .IMAGE ("table0.mem")
  ) table0 (
    .clk   (clk),
    .index (index),
    .word  (table0_word)
  );

  lookup #(
    .IMAGE ("table1.mem")
  ) table1 (
    .clk   (clk),
    .index (index),
    .word  (table1_word)
  );

  vendor_buffer #(
    .STRENGTH (4)
  ) buffer (
    .from (table0_word ^ table1_word),
    .to   (buffer_to)
  );

  assign result = buffer_to;

endmodule

// Buffer of the vendor.
/* verilator lint_off UNUSED */
/* verilator lint_off UNDRIVEN */
(* blackbox *)
module vendor_buffer #(
  parameter STRENGTH = 1
) (
  input  wire [7:0] from,
  output wire [7:0] to
);

endmodule
/* verilator lint_on UNUSED */
/* verilator lint_on UNDRIVEN */

module lookup #(
  parameter IMAGE = "table0.mem"
) (
  input  wire       clk,    // rising edge
  input  wire [1:0] index,
  output reg  [7:0] word
);

  reg [7:0] words [0:3];

  initial $readmemh(IMAGE, words, 0, 3);
  always @(posedge clk) word <= words[index];

endmodule
