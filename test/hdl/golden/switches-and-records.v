module route (
  input  wire [1:0] mode,
  input  wire [1:0] select,
  input  wire [3:0] pixel_red,
  input  wire [3:0] pixel_taps_0,
  input  wire [3:0] pixel_taps_1,
  output reg  [3:0] result,
  output wire       parity
);

  localparam [1:0] MODE_PASS = 2'd0;
  localparam [1:0] MODE_INVERT = 2'd1;

  reg [3:0] chosen;

  wire [7:0] joined_pixel = {pixel_red, chosen};

  assign parity = ^joined_pixel;

  always @* begin
    case (select)
      2'd0:       chosen = pixel_red;
      2'd1, 2'd2: chosen = pixel_taps_0;
      default:    chosen = pixel_taps_1;
    endcase
  end

  always @* begin
    result = 4'd0;
    case (mode)
      MODE_PASS:   result = chosen;
      MODE_INVERT: result = ~chosen;
      default:     ;
    endcase
  end

endmodule
