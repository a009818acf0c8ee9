module pipeline (
  input  wire               clk,             // rising edge
  input  wire               rst,             // synchronous, active high
  input  wire               enable,          // moves the pipeline on
  input  wire signed  [7:0] data,
  input  wire               valid,
  output reg                seen = 1'b0,
  output reg  signed [19:0] total = 20'sd0,  // sum of squares
  output reg  signed  [7:0] late,
  output wire               negative
);

  reg signed [7:0] first_data;
  reg signed [15:0] first_square;

  assign negative = total[19];

  always @(posedge clk) begin
    if (enable) begin
      first_data <= data;
      first_square <= $signed({{8{data[7]}}, data}) * $signed({{8{data[7]}}, data});
      late <= first_data;
    end
  end

  always @(posedge clk) begin
    if (rst) begin
      seen <= 1'b0;
      total <= 20'sd0;
    end else if (enable) begin
      seen <= valid;
      total <= total + {{4{first_square[15]}}, first_square};
    end
  end

endmodule
