// bits: made by a test
module bits (
  input  wire        clk,
  input  wire        enable,
  input  wire [31:0] mask,
  input  wire  [8:0] address,
  input  wire [31:0] data,
  output reg  [31:0] read
);

  reg [31:0] words [0:299];

  always @(posedge clk) begin
    if (enable) words[address] <= (words[address] & ~mask) | (data & mask);
  end
  always @(posedge clk) read <= words[address];

endmodule
