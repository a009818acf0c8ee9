// partial: made by a test
module partial (
  input  wire       unread,
  input  wire [7:0] a,
  input  wire [7:0] b,
  output wire [7:0] result
);

  assign result = {a[5:4], b[6:1]};

  // Bits that nothing reads.
  wire _unused = &{1'b0, unread, a[3:0], a[7:6], b[0], b[7]};

endmodule
