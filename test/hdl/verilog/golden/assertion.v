// asserted: made by a test
module asserted (
  input  wire       clk,
  input  wire       rst,     // synchronous, active high
  input  wire       enable,
  input  wire [7:0] a,
  input  wire [7:0] b,
  output wire [7:0] result
);

  assign result = a;

`ifndef SYNTHESIS
  always @(posedge clk) begin
    if (!rst) begin
      if (enable) begin
`ifdef FORMAL
        assert (a <= b);
`else
        if (!(a <= b)) begin
          $display("assertion failed in %m: a is at most 100%% of b");
          $finish;
        end
`endif
      end
    end
  end
`endif

endmodule
