// Sums groups of four signed samples; a sum waits until it is taken.
module accumulator (
  input  wire               clk,
  input  wire               rst,
  input  wire               sample_valid,
  output wire               sample_ready,
  input  wire signed [7:0]  sample,
  output reg                sum_valid,
  input  wire               sum_ready,
  output reg  signed [9:0]  sum
);
  reg [1:0] index;
  reg signed [9:0] partial;
  wire moves = sample_valid & sample_ready;
  wire signed [9:0] next = (index == 0 ? 10'sd0 : partial) + sample;
  assign sample_ready = !sum_valid | sum_ready;
  always @(posedge clk) begin
    if (rst) begin
      index     <= 0;
      partial   <= 0;
      sum_valid <= 0;
    end else begin
      if (sum_valid & sum_ready) sum_valid <= 0;
      if (moves) begin
        index   <= index + 1'b1;
        partial <= next;
        if (index == 3) begin
          sum       <= next;
          sum_valid <= 1;
        end
      end
    end
  end
endmodule
