// A synchronous queue between two ready/valid streams.
module fifo #(parameter WIDTH = 72, parameter ADDRESS = 2) (
  input  wire             clk,
  input  wire             rst,
  input  wire             input_valid,
  output wire             input_ready,
  input  wire [WIDTH-1:0] input_word,
  input  wire             input_last,
  output wire             output_valid,
  input  wire             output_ready,
  output wire [WIDTH-1:0] output_word,
  output wire             output_last,
  output wire             full
);
  reg [WIDTH:0] entries [0:(1<<ADDRESS)-1];
  reg [ADDRESS:0] head;
  reg [ADDRESS:0] tail;
  wire [ADDRESS:0] used = tail - head;
  wire push = input_valid & input_ready;
  wire pop = output_valid & output_ready;
  assign full = used[ADDRESS];
  assign input_ready = !full;
  assign output_valid = (used != 0);
  assign {output_last, output_word} = entries[head[ADDRESS-1:0]];
  always @(posedge clk) begin
    if (rst) begin
      head <= 0;
      tail <= 0;
    end else begin
      if (push) tail <= tail + 1'b1;
      if (pop)  head <= head + 1'b1;
    end
    if (push) entries[tail[ADDRESS-1:0]] <= {input_last, input_word};
  end
endmodule
