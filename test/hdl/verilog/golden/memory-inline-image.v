// lookup: made by a test
module lookup (
  input  wire  [1:0] index,
  output wire [31:0] read
);

  reg [31:0] squares [0:3];

  initial begin
    squares[0] = 32'd0;
    squares[1] = 32'd1;
    squares[2] = 32'd4;
    squares[3] = 32'd9;
  end
  assign read = squares[index];

endmodule
