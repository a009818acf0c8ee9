// stage: made by a test
module stage (
  input  wire       clk,
  input  wire       rst,     // synchronous, active high
  input  wire       enable,
  input  wire [7:0] a,
  output wire [7:0] result
);

  reg [7:0] data;
  reg valid = 1'b0;

  assign result = valid ? data : 8'd0;

  always @(posedge clk) begin
    if (enable) data <= a;
  end

  always @(posedge clk) begin
    if (rst) valid <= 1'b0;
    else if (enable) valid <= 1'b1;
  end

endmodule
