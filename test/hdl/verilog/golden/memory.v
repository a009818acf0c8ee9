// ram: made by a test
module ram (
  input  wire        clk,
  input  wire        enable,
  input  wire  [8:0] address,
  input  wire [31:0] data,
  output reg  [31:0] read
);

  (* ram_style = "block" *)
  reg [31:0] words [0:511];

  always @(posedge clk) begin
    if (enable) words[address] <= data;
  end
  always @(posedge clk) begin
    if (!enable) read <= words[address];
  end

endmodule
