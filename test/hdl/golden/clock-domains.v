module sampler (
  input  wire       clock,
  input  wire       reset_low,
  input  wire [3:0] data,
  output reg  [3:0] held = 4'd3
);

  always @(negedge clock or negedge reset_low) begin
    if (!reset_low) held <= 4'd3;
    else held <= data;
  end

endmodule
