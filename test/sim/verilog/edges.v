// Words through the logic of an inner module into a register on each edge of the clock.
module inverter (
  input  wire [3:0] word,
  output wire [3:0] inverted
);
  assign inverted = ~word;
endmodule

module edges (
  input  wire       clk,
  input  wire       word_valid,
  input  wire [3:0] word,
  output reg        pair_valid,
  output reg  [3:0] pair_rise,
  output reg  [3:0] pair_fall
);
  wire [3:0] inverted;
  reg  [3:0] fallen;
  inverter inner (.word(word), .inverted(inverted));
  always @(negedge clk) fallen <= inverted;
  always @(posedge clk) begin
    pair_valid <= word_valid;
    pair_rise  <= inverted;
    pair_fall  <= fallen;
  end
endmodule
