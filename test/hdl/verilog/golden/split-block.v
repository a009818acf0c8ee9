// split: made by a test
module split (
  input  wire       enable,
  input  wire [7:0] a,
  output wire [7:0] result
);

  reg [7:0] x;
  reg [7:0] y;

  wire [7:0] through = ~x;

  assign result = y;

  always @* begin
    x = 8'd0;
    if (enable) x = a;
  end

  always @* begin
    y = 8'd1;
    if (enable) y = through;
  end

endmodule
