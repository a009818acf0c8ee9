// hold: made by a test
module hold (
  input  wire       clk,
  input  wire [3:0] select,
  input  wire [7:0] a,
  output wire [7:0] result
);

  reg [7:0] held;

  assign result = held;

  always @(posedge clk) begin
    case (select)
      4'd0:       ;
      4'd1, 4'd9: held <= 8'd255;
      default:    held <= a;
    endcase
  end

endmodule
