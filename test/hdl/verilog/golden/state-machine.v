// machine: made by a test
module machine (
  input  wire clk,
  input  wire rst,     // synchronous, active high
  input  wire enable,
  output wire busy
);

  localparam [1:0] STATE_IDLE = 2'd0;
  localparam [1:0] STATE_LOAD_WEIGHTS = 2'd1;
  localparam [1:0] STATE_RUN = 2'd2;

  reg [1:0] state = STATE_IDLE;

  assign busy = state != STATE_IDLE;

  always @(posedge clk) begin
    if (rst) state <= STATE_IDLE;
    else
      case (state)
        STATE_IDLE: begin
          if (enable) state <= STATE_LOAD_WEIGHTS;
        end
        STATE_LOAD_WEIGHTS: state <= STATE_RUN;
        STATE_RUN: state <= STATE_IDLE;
        default: ;
      endcase
  end

endmodule
