// decode: made by a test
module decode (
  input  wire [1:0] state,
  input  wire [7:0] a,
  input  wire [7:0] b,
  output reg  [7:0] next
);

  localparam [1:0] STATE_IDLE = 2'd0;
  localparam [1:0] STATE_LOAD_WEIGHTS = 2'd1;
  localparam [1:0] STATE_RUN = 2'd2;

  always @* begin
    next = 8'd0;
    case (state)
      STATE_IDLE, STATE_RUN: next = a;
      STATE_LOAD_WEIGHTS:    next = b;
      default:               ;
    endcase
  end

endmodule
