module loader (
  input  wire clk,      // rising edge
  input  wire rst,      // synchronous, active high
  input  wire start,
  input  wire last,
  output reg  started,
  output reg  left,
  output wire busy
);

  localparam LOAD_IDLE = 1'b0;
  localparam LOAD_FILL_ROW = 1'b1;

  reg state = LOAD_IDLE;

  assign busy = state == LOAD_FILL_ROW;

  always @* begin
    started = 1'b0;
    left = 1'b0;
    case (state)
      LOAD_IDLE: begin
        if (start) started = 1'b1;
      end
      LOAD_FILL_ROW: begin
        if (last) left = 1'b1;
      end
    endcase
  end

  always @(posedge clk) begin
    if (rst) state <= LOAD_IDLE;
    else
      case (state)
        LOAD_IDLE: begin
          if (start) state <= LOAD_FILL_ROW;
        end
        LOAD_FILL_ROW: begin
          if (last) state <= LOAD_IDLE;
        end
      endcase
  end

endmodule
