//! Locals of a wasm module's functions numbered by how often they are named, and loads and stores without hints at alignment.
//!
//! A compiler numbers locals as it comes to them. Where the same few numbers are named most in every function, functions look alike: one to
//! one and a half percent of what people download, for the same code. How far an address is aligned is a hint that engines do not heed on
//! the machines of today, and "not at all" is always true.

use crate::instructions::{after_numbers, after_operands, instructions_of};
use crate::wasm::{CODE, FUNCTIONS, TYPES, bytes, edited, leb128, numbers, push_bytes, push_leb128};

/// `local.get`, `local.set`, `local.tee`. Source: <https://webassembly.github.io/spec/core/binary/instructions.html>.
const LOCALS: std::ops::RangeInclusive<u8> = 0x20..=0x22;
/// Loads and stores, from `i32.load` to `i64.store32`: how far they are aligned, then where.
const MEMORY: std::ops::RangeInclusive<u8> = 0x28..=0x3e;

/// The same module with its locals in that order; `None` where it is not well-formed or holds what our compiler never writes.
pub fn by_use(module: &[u8]) -> Option<Vec<u8>> {
    let (mut parameters, mut signatures) = (Vec::new(), Vec::new());
    edited(module, |id, content| {
        match id {
            TYPES => parameters = parameter_counts(content)?,
            FUNCTIONS => signatures = numbers(content)?,
            _ => {}
        }
        Some(None)
    })?;
    edited(module, |id, content| match id {
        CODE => {
            let (count, mut rest) = leb128(content)?;
            let mut code = Vec::with_capacity(content.len());
            push_leb128(&mut code, count);
            for index in 0..count {
                let (body, after) = bytes(rest)?;
                push_bytes(&mut code, &renumbered(body, *parameters.get(*signatures.get(index)?)?)?);
                rest = after;
            }
            rest.is_empty().then_some(Some(code))
        }
        _ => Some(Some(content.to_vec())),
    })
}

/// How many parameters each type of function takes: they are the first locals.
fn parameter_counts(section: &[u8]) -> Option<Vec<usize>> {
    const FUNCTION: u8 = 0x60;
    let (count, mut rest) = leb128(section)?;
    let mut counts = Vec::with_capacity(count);
    for _ in 0..count {
        let (parameters, after) = bytes(rest.strip_prefix(&[FUNCTION])?)?;
        let (_, after) = bytes(after)?;
        counts.push(parameters.len());
        rest = after;
    }
    rest.is_empty().then_some(counts)
}

/// A function's code with its locals in another order; parameters stay, and so do locals of one type together.
fn renumbered(code: &[u8], parameters: usize) -> Option<Vec<u8>> {
    let start = instructions_of(code)?;
    let (mut types, mut groups) = (Vec::new(), leb128(code)?.1);
    while groups.len() > start.len() {
        let (count, after) = leb128(groups)?;
        let (of, after) = after.split_first()?;
        types.push((count, *of));
        groups = after;
    }
    let mut uses = vec![0; parameters + types.iter().map(|(count, _)| count).sum::<usize>()];
    each(start, &mut |opcode, operands| {
        if LOCALS.contains(&opcode) {
            *uses.get_mut(leb128(operands)?.0)? += 1_usize;
        }
        Some(())
    })?;
    let mut places: Vec<usize> = (0..uses.len()).collect();
    let mut first = parameters;
    for (count, _) in &types {
        let mut order: Vec<usize> = (first..first + count).collect();
        order.sort_by_key(|local| std::cmp::Reverse(uses[*local]));
        for (place, local) in order.into_iter().enumerate() {
            places[local] = first + place;
        }
        first += count;
    }
    let mut written = code[..code.len() - start.len()].to_vec();
    each(start, &mut |opcode, operands| {
        written.push(opcode);
        if LOCALS.contains(&opcode) {
            push_leb128(&mut written, places[leb128(operands)?.0]);
        } else if MEMORY.contains(&opcode) {
            written.push(0);
            written.extend_from_slice(after_numbers(operands, 1)?);
        } else {
            written.extend_from_slice(operands);
        }
        Some(())
    })?;
    Some(written)
}

/// Goes through instructions: the first byte of each and its operands.
fn each(mut rest: &[u8], with: &mut dyn FnMut(u8, &[u8]) -> Option<()>) -> Option<()> {
    while let Some((&opcode, operands)) = rest.split_first() {
        rest = after_operands(opcode, operands)?;
        with(opcode, &operands[..operands.len() - rest.len()])?;
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::by_use;

    /// A module with one function that takes an `i32`.
    fn module(code: &[u8]) -> Vec<u8> {
        let length = code.len() as u8;
        let mut module = b"\0asm\x01\0\0\0\x01\x05\x01\x60\x01\x7f\0\x03\x02\x01\0\x0a".to_vec();
        module.extend([length + 2, 1, length]);
        module.extend_from_slice(code);
        module
    }

    #[test]
    fn what_is_named_most_comes_first_among_its_type() {
        // Two `i32` and two `i64`: 1 is named once, 2 twice, 4 alone of its type.
        let before = module(b"\x02\x02\x7f\x02\x7e\x20\0\x21\x01\x20\x02\x22\x02\x1a\x20\x04\x1a\x0b");
        let after = module(b"\x02\x02\x7f\x02\x7e\x20\0\x21\x02\x20\x01\x22\x01\x1a\x20\x03\x1a\x0b");
        assert_eq!(by_use(&before), Some(after.clone()));
        assert_eq!(by_use(&after), Some(after));
    }

    #[test]
    fn loads_and_stores_say_nothing_of_alignment() {
        // `i32.load align=4 offset=8`, then a constant that looks like one and a call.
        let before = module(b"\0\x20\0\x28\x02\x08\x41\x28\x1a\x1a\x10\0\x0b");
        assert_eq!(by_use(&before), Some(module(b"\0\x20\0\x28\0\x08\x41\x28\x1a\x1a\x10\0\x0b")));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        assert!(by_use(&module(b"\0\x0b")).is_some());
        assert_eq!(by_use(&module(b"\0\xfe\x0b")), None, "an unknown instruction");
        assert_eq!(by_use(&module(b"\0\x20\x07\x0b")), None, "a local that is not there");
        assert_eq!(by_use(&module(b"\x01\x01")), None, "cut short");
    }
}
