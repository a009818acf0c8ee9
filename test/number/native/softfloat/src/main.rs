// Answers the records of ../../protocol.ts with Berkeley SoftFloat.
use softfloat_sys::*;
use std::io::{Read, Write};

macro_rules! arithmetic {
    ($operation:expr, $a:expr, $b:expr, $c:expr, $mode:expr, $float:ident, $word:ty,
     $add:ident, $sub:ident, $mul:ident, $fma:ident, $div:ident, $sqrt:ident, $eq:ident, $lt:ident, $le:ident,
     $to_i32:ident, $to_u32:ident, $to_i64:ident, $to_u64:ident,
     $from_i32:ident, $from_u32:ident, $from_i64:ident, $from_u64:ident, $half:expr, $single:expr, $double:expr) => {{
        let f = |bits: u64| $float { v: bits as $word };
        let (x, y, z) = (f($a), f($b), f($c));
        match $operation {
            0 => $add(x, y).v as u64,
            1 => $sub(x, y).v as u64,
            2 => $mul(x, y).v as u64,
            3 => $fma(x, y, z).v as u64,
            4 => $div(x, y).v as u64,
            5 => $sqrt(x).v as u64,
            6 => $eq(x, y) as u64,
            7 => $lt(x, y) as u64,
            8 => $le(x, y) as u64,
            9 => $half(x),
            10 => $single(x),
            11 => $double(x),
            12 => $to_i32(x, $mode, true) as i64 as u64,
            13 => ($to_u32(x, $mode, true) as u32) as u64,
            14 => $to_i64(x, $mode, true) as u64,
            15 => $to_u64(x, $mode, true) as u64,
            16 => $from_i32($a as i32).v as u64,
            17 => $from_u32($a as u32).v as u64,
            18 => $from_i64($a as i64).v as u64,
            19 => $from_u64($a).v as u64,
            other => panic!("unknown operation {other}"),
        }
    }};
}

fn answer(format: u32, operation: u32, mode: u8, a: u64, b: u64, c: u64) -> u64 {
    unsafe {
        match format {
            0 => arithmetic!(operation, a, b, c, mode, float16_t, u16,
                f16_add, f16_sub, f16_mul, f16_mulAdd, f16_div, f16_sqrt, f16_eq, f16_lt, f16_le,
                f16_to_i32, f16_to_ui32, f16_to_i64, f16_to_ui64, i32_to_f16, ui32_to_f16, i64_to_f16, ui64_to_f16,
                |x: float16_t| x.v as u64, |x| f16_to_f32(x).v as u64, |x| f16_to_f64(x).v),
            1 => arithmetic!(operation, a, b, c, mode, float32_t, u32,
                f32_add, f32_sub, f32_mul, f32_mulAdd, f32_div, f32_sqrt, f32_eq, f32_lt, f32_le,
                f32_to_i32, f32_to_ui32, f32_to_i64, f32_to_ui64, i32_to_f32, ui32_to_f32, i64_to_f32, ui64_to_f32,
                |x| f32_to_f16(x).v as u64, |x: float32_t| x.v as u64, |x| f32_to_f64(x).v),
            2 => arithmetic!(operation, a, b, c, mode, float64_t, u64,
                f64_add, f64_sub, f64_mul, f64_mulAdd, f64_div, f64_sqrt, f64_eq, f64_lt, f64_le,
                f64_to_i32, f64_to_ui32, f64_to_i64, f64_to_ui64, i32_to_f64, ui32_to_f64, i64_to_f64, ui64_to_f64,
                |x| f64_to_f16(x).v as u64, |x| f64_to_f32(x).v as u64, |x: float64_t| x.v),
            other => panic!("unknown format {other}"),
        }
    }
}

fn main() -> std::io::Result<()> {
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    let mut output = Vec::with_capacity(input.len() / 2);
    // 1: tininess is detected after rounding.
    unsafe { softfloat_detectTininess_write_helper(1) };
    for record in input.chunks_exact(32) {
        let word = |at: usize| u64::from_le_bytes(record[at..at + 8].try_into().unwrap());
        let mode = record[2];
        unsafe {
            softfloat_roundingMode_write_helper(mode as _);
            softfloat_exceptionFlags_write_helper(0);
        }
        let bits = answer(record[0] as u32, record[1] as u32, mode, word(8), word(16), word(24));
        output.extend_from_slice(&bits.to_le_bytes());
        output.push(unsafe { softfloat_exceptionFlags_read_helper() } as u8);
    }
    std::io::stdout().write_all(&output)
}
