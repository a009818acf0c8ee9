// counter: made by a test
module counter (
  input  wire       clk,
  input  wire       rst_n,
  input  wire [7:0] a,
  output wire [7:0] result
);

  reg [7:0] count;

  assign result = count;

  always @(negedge clk or negedge rst_n) begin
    if (!rst_n) count <= 8'd5;
    else count <= a;
  end

endmodule
