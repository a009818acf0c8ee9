module path (
  input  wire       clk,            // rising edge
  input  wire       rst,            // synchronous, active high
  input  wire       values_valid,   // a beat is offered
  output wire       values_ready,   // the beat is taken at the next edge
  input  wire [7:0] values_value,
  input  wire       values_last,
  output wire       results_valid,  // a beat is offered
  input  wire       results_ready,  // the beat is taken at the next edge
  output wire [7:0] results_value,
  output wire       results_last
);

  reg stage_full = 1'b0;
  reg [7:0] stage_value;
  reg stage_last;
  reg [2:0] fifo_written = 3'd0; // beats written, modulo twice the depth
  reg [2:0] fifo_taken = 3'd0;   // beats taken, modulo twice the depth
  wire [8:0] _wire_9;

  (* ram_style = "distributed" *)
  reg [8:0] fifo_store [0:3];

  wire _wire_1_0 = stage_full;
  wire _wire_1_1 = !((fifo_written[1:0] == fifo_taken[1:0]) & (fifo_written[2] != fifo_taken[2]));
  wire [7:0] signal_value_0 = stage_value;
  wire signal_last_0 = stage_last;
  wire _wire_1_2 = fifo_written != fifo_taken;
  wire _wire_1_3 = results_ready;
  wire [7:0] signal_value_1 = _wire_9[8:1];
  wire signal_last_1 = _wire_9[0];

  assign values_ready = !stage_full | _wire_1_1;
  assign results_valid = _wire_1_2;
  assign results_value = signal_value_1;
  assign results_last = signal_last_1;

  always @(posedge clk) begin
    if (_wire_1_0 & _wire_1_1) fifo_store[fifo_written[1:0]] <= {signal_value_0, signal_last_0};
  end
  assign _wire_9 = fifo_store[fifo_taken[1:0]];

  always @(posedge clk) begin
    if (rst) stage_full <= 1'b0;
    else if (values_ready) stage_full <= values_valid;
  end

  always @(posedge clk) begin
    if (values_ready) begin
      stage_value <= values_value;
      stage_last <= values_last;
    end
  end

  always @(posedge clk) begin
    if (rst) fifo_written <= 3'd0;
    else if (_wire_1_0 & _wire_1_1) fifo_written <= fifo_written + 3'd1;
  end

  always @(posedge clk) begin
    if (rst) fifo_taken <= 3'd0;
    else if (_wire_1_2 & _wire_1_3) fifo_taken <= fifo_taken + 3'd1;
  end

endmodule
