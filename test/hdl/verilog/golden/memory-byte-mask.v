// bytes: made by a test
module bytes (
  input  wire        clk,
  input  wire        enable,
  input  wire  [3:0] mask,
  input  wire  [8:0] address,
  input  wire [31:0] data,
  output reg  [31:0] read
);

  reg [31:0] words [0:511];

  always @(posedge clk) begin
    if (enable) begin
      if (mask[0]) words[address][7:0] <= data[7:0];
      if (mask[1]) words[address][15:8] <= data[15:8];
      if (mask[2]) words[address][23:16] <= data[23:16];
      if (mask[3]) words[address][31:24] <= data[31:24];
    end
  end
  always @(posedge clk) read <= words[address];

endmodule
