// A memory that starts from an image, with a synchronous read.
module rom #(parameter IMAGE = "rom.mem") (
  input  wire        clk,
  input  wire [3:0]  address,
  output reg  [19:0] data
);
  reg [19:0] words [0:15];
  initial $readmemh(IMAGE, words);
  always @(posedge clk) data <= words[address];
endmodule
