//! A function's code, instruction by instruction. Knows what our compiler writes, and says so where something else comes.

use crate::wasm::leb128;

/// The instructions of a function's code: what follows the types of its locals.
pub fn instructions_of(code: &[u8]) -> Option<&[u8]> {
    let (groups, types) = leb128(code)?;
    after_numbers(types, groups.checked_mul(2)?)
}

/// What follows an instruction's operands. Source: <https://webassembly.github.io/spec/core/binary/instructions.html>.
pub fn after_operands(opcode: u8, operands: &[u8]) -> Option<&[u8]> {
    match opcode {
        0x00 | 0x01 | 0x05 | 0x0b | 0x0f | 0x1a | 0x1b | 0x45..=0xc4 | 0xd1 => Some(operands),
        0x02..=0x04 | 0x0c | 0x0d | 0x10 | 0x12 | 0x20..=0x26 | 0x3f..=0x42 | 0xd0 | 0xd2 => after_numbers(operands, 1),
        0x11 | 0x13 | 0x28..=0x3e => after_numbers(operands, 2),
        // A table of jumps and its last one; a list of types.
        0x0e => leb128(operands).and_then(|(count, rest)| after_numbers(rest, count + 1)),
        0x1c => leb128(operands).and_then(|(count, rest)| after_numbers(rest, count)),
        0x43 => operands.get(4..),
        0x44 => operands.get(8..),
        0xfc => match leb128(operands)? {
            (0..=7, rest) => Some(rest),
            (9 | 11 | 13 | 15..=17, rest) => after_numbers(rest, 1),
            (8 | 10 | 12 | 14, rest) => after_numbers(rest, 2),
            _ => None,
        },
        // SIMD: memory, memory and a lane, sixteen bytes, a lane, nothing.
        0xfd => match leb128(operands)? {
            (0..=11 | 92 | 93, rest) => after_numbers(rest, 2),
            (84..=91, rest) => after_numbers(rest, 2)?.get(1..),
            (12 | 13, rest) => rest.get(16..),
            (21..=34, rest) => rest.get(1..),
            (14..=275, rest) => Some(rest),
            _ => None,
        },
        _ => None,
    }
}

/// What follows so many numbers, of any width and sign.
pub fn after_numbers(mut from: &[u8], count: usize) -> Option<&[u8]> {
    for _ in 0..count {
        let last = from.iter().position(|byte| byte & 0x80 == 0)?;
        from = &from[last + 1..];
    }
    Some(from)
}
