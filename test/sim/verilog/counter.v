// An up/down counter with a load, and a sub-counter of a parameterised width.
module prescaler #(parameter WIDTH = 4) (
  input  wire clk,
  input  wire rst,
  output wire tick
);
  reg [WIDTH-1:0] phase;
  always @(posedge clk) begin
    if (rst) phase <= 0;
    else     phase <= phase + 1'b1;
  end
  assign tick = &phase;
endmodule

module counter #(parameter WIDTH = 8, parameter STEP = 1) (
  input  wire             clk,
  input  wire             rst,
  input  wire             enable,
  input  wire             load,
  input  wire [WIDTH-1:0] start,
  output reg  [WIDTH-1:0] count,
  output wire             is_zero,
  output wire             tick
);
  prescaler #(.WIDTH(2)) slow (.clk(clk), .rst(rst), .tick(tick));
  assign is_zero = (count == 0);
  always @(posedge clk) begin
    if (rst)         count <= 0;
    else if (load)   count <= start;
    else if (enable) count <= count + STEP;
  end
endmodule
