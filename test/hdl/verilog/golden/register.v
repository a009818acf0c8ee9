// counter: made by a test
module counter (
  input  wire       clk,
  input  wire       rst,     // synchronous, active high
  input  wire       enable,
  input  wire [7:0] a,
  output wire [7:0] result
);

  reg [7:0] sum = 8'd0; // running total

  assign result = sum;

  always @(posedge clk) begin
    if (rst) sum <= 8'd0;
    else if (enable) sum <= sum + a;
  end

endmodule
