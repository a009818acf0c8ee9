// A state machine: red, green, yellow; the button asks for green.
module lights (
  input  wire       clk,
  input  wire       rst,
  input  wire       button,
  output reg  [1:0] state
);
  localparam RED = 2'd0, GREEN = 2'd1, YELLOW = 2'd2;
  reg [1:0] wait_cycles;
  always @(posedge clk) begin
    if (rst) begin
      state       <= RED;
      wait_cycles <= 0;
    end else case (state)
      RED: if (button) begin
        state       <= GREEN;
        wait_cycles <= 2;
      end
      GREEN: if (wait_cycles == 0) state <= YELLOW; else wait_cycles <= wait_cycles - 1'b1;
      default: state <= RED;
    endcase
  end
endmodule

module traffic (
  input  wire       clk,
  input  wire       rst_n,
  input  wire       button,
  output wire       go
);
  wire [1:0] state;
  lights main (.clk(clk), .rst(!rst_n), .button(button), .state(state));
  assign go = (state == 2'd1);
endmodule
