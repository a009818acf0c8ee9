// shared: made by a test
module shared (
  input  wire       enable,
  input  wire [7:0] a,
  input  wire [7:0] b,
  output wire [7:0] result
);

  reg [7:0] x;
  reg [7:0] y;

  assign result = x & y;

  always @* begin
    x = 8'd0;
    if (enable) begin
      x = a;
      y = b;
    end else begin
      y = a ^ b;
    end
  end

endmodule
