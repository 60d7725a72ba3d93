//! Functions of a wasm module in an order that compresses: those of one signature together, and among them alike next to alike; of those that
//! are the same only one.
//!
//! A linker leaves functions by size. Where neighbours look alike, what brotli says about one it need not say about the next: 3 % of what
//! people download, for the same code. Only numbers change, wherever a function is named by one: in calls, tables and exports.

use std::collections::HashMap;

use crate::instructions::{after_numbers, after_operands, instructions_of};
use crate::wasm::{CODE, FUNCTIONS, bytes, edited, import_count, leb128, numbers, push_bytes, push_leb128};

/// Numbers of the sections that name functions. Source: <https://webassembly.github.io/spec/core/binary/modules.html#sections>.
const EXPORTS: u8 = 7;
const START: u8 = 8;
const ELEMENTS: u8 = 9;

/// The same module with its functions in another order; `None` where it is not well-formed or holds what our linker never writes.
pub fn alike_together(module: &[u8]) -> Option<Vec<u8>> {
    let imported = import_count(module)?;
    let (mut signatures, mut in_table, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
    edited(module, |id, content| {
        match id {
            FUNCTIONS => signatures = numbers(content)?,
            ELEMENTS => with_elements(content, &mut |function| {
                in_table.push(function);
                function
            })
            .map(drop)?,
            CODE => bodies = read_bodies(content)?,
            _ => {}
        }
        Some(None)
    })?;
    if signatures.len() != bodies.len() {
        return None;
    }
    let firsts = firsts(&signatures, &bodies, imported);
    let mut in_table: Vec<usize> =
        in_table.iter().filter_map(|function| firsts.get(function.checked_sub(imported)?).copied()).collect();
    in_table.sort_unstable();
    let key = |index: &usize| {
        let is_in_table = in_table.binary_search(index).is_ok();
        (signatures[*index], is_in_table, bodies[*index].shape())
    };
    let mut order: Vec<usize> = (0..bodies.len()).filter(|index| firsts[*index] == *index).collect();
    order.sort_by_cached_key(key);
    let mut own = vec![0; bodies.len()];
    for (place, index) in order.iter().enumerate() {
        own[*index] = place + imported;
    }
    let places: Vec<usize> = firsts.iter().map(|first| own[*first]).collect();
    // What is imported comes first and stays.
    let renumber = |function: usize| match function.checked_sub(imported) {
        Some(index) => places.get(index).copied().unwrap_or(function),
        None => function,
    };
    edited(module, |id, content| {
        Some(Some(match id {
            FUNCTIONS => listed(order.iter().map(|index| signatures[*index])),
            EXPORTS => with_exports(content, &renumber)?,
            START => listed([renumber(leb128(content)?.0)]).split_off(1),
            ELEMENTS => with_elements(content, &mut |function| renumber(function))?,
            CODE => {
                let mut code = Vec::with_capacity(content.len());
                push_leb128(&mut code, order.len());
                for index in &order {
                    push_bytes(&mut code, &bodies[*index].with(&renumber));
                }
                code
            }
            _ => content.to_vec(),
        }))
    })
}

/// For each function the first that is the same: of one signature, and calling the same in the same code. What only differs in whom it calls may
/// be the same once those are, so this is asked until nothing is found. That two have one place in memory nobody can tell: each keeps its own
/// in the table.
fn firsts(signatures: &[usize], bodies: &[Body<'_>], imported: usize) -> Vec<usize> {
    let mut firsts: Vec<usize> = (0..bodies.len()).collect();
    loop {
        let mut known = HashMap::new();
        let before = firsts.clone();
        let renumber = |function: usize| match function.checked_sub(imported) {
            Some(index) => before.get(index).map_or(function, |first| first + imported),
            None => function,
        };
        for index in 0..bodies.len() {
            if before[index] == index {
                firsts[index] = *known.entry((signatures[index], bodies[index].with(&renumber))).or_insert(index);
            }
        }
        // A first one comes before those that are the same, and is settled by then.
        for index in 0..firsts.len() {
            firsts[index] = firsts[firsts[index]];
        }
        if firsts == before {
            return firsts;
        }
    }
}

/// A function's code, cut at the functions it names.
struct Body<'a> {
    /// What precedes each function named.
    parts: Vec<(&'a [u8], usize)>,
    /// What follows the last one.
    end: &'a [u8],
}

impl Body<'_> {
    /// The code without whom it calls: what makes two functions alike.
    fn shape(&self) -> Vec<u8> {
        let parts: Vec<&[u8]> = self.parts.iter().map(|(part, _)| *part).chain([self.end]).collect();
        parts.concat()
    }

    fn with(&self, renumber: &dyn Fn(usize) -> usize) -> Vec<u8> {
        let mut code = Vec::new();
        for (part, function) in &self.parts {
            code.extend_from_slice(part);
            push_leb128(&mut code, renumber(*function));
        }
        code.extend_from_slice(self.end);
        code
    }
}

fn read_bodies(section: &[u8]) -> Option<Vec<Body<'_>>> {
    let (count, mut rest) = leb128(section)?;
    let mut bodies = Vec::with_capacity(count);
    for _ in 0..count {
        let (code, after) = bytes(rest)?;
        bodies.push(read_body(code)?);
        rest = after;
    }
    rest.is_empty().then_some(bodies)
}

fn read_body(code: &[u8]) -> Option<Body<'_>> {
    let mut rest = instructions_of(code)?;
    let (mut parts, mut end) = (Vec::new(), code);
    while let Some((&opcode, operands)) = rest.split_first() {
        rest = match opcode {
            // `call`, `return_call`, `ref.func`.
            0x10 | 0x12 | 0xd2 => {
                let (function, after) = leb128(operands)?;
                parts.push((end.get(..end.len() - operands.len())?, function));
                end = after;
                after
            }
            _ => after_operands(opcode, operands)?,
        };
    }
    Some(Body { parts, end })
}

fn listed(numbers: impl IntoIterator<Item = usize, IntoIter: ExactSizeIterator>) -> Vec<u8> {
    let numbers = numbers.into_iter();
    let mut section = Vec::new();
    push_leb128(&mut section, numbers.len());
    numbers.for_each(|number| push_leb128(&mut section, number));
    section
}

/// An element section with every function as `renumber` gives it. Segments fill the first table from a constant place on.
fn with_elements(section: &[u8], renumber: &mut dyn FnMut(usize) -> usize) -> Option<Vec<u8>> {
    const CONSTANT: u8 = 0x41;
    const END: u8 = 0x0b;
    let (count, mut rest) = leb128(section)?;
    let mut written = Vec::new();
    push_leb128(&mut written, count);
    for _ in 0..count {
        let place = rest.strip_prefix(&[0, CONSTANT])?;
        let after = after_numbers(place, 1)?.strip_prefix(&[END])?;
        written.extend_from_slice(&rest[..rest.len() - after.len()]);
        let (functions, mut after) = leb128(after)?;
        push_leb128(&mut written, functions);
        for _ in 0..functions {
            let (function, next) = leb128(after)?;
            push_leb128(&mut written, renumber(function));
            after = next;
        }
        rest = after;
    }
    rest.is_empty().then_some(written)
}

/// An export section with every function as `renumber` gives it.
fn with_exports(section: &[u8], renumber: &dyn Fn(usize) -> usize) -> Option<Vec<u8>> {
    const FUNCTION: u8 = 0;
    let (count, mut rest) = leb128(section)?;
    let mut written = Vec::new();
    push_leb128(&mut written, count);
    for _ in 0..count {
        let (name, after) = bytes(rest)?;
        let (kind, after) = after.split_first()?;
        let (index, after) = leb128(after)?;
        push_bytes(&mut written, name);
        written.push(*kind);
        push_leb128(&mut written, if *kind == FUNCTION { renumber(index) } else { index });
        rest = after;
    }
    rest.is_empty().then_some(written)
}

#[cfg(test)]
mod tests {
    use super::alike_together;

    fn module(sections: &[(u8, &[u8])]) -> Vec<u8> {
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        for (id, content) in sections {
            module.extend([*id, content.len() as u8]);
            module.extend_from_slice(content);
        }
        module
    }

    #[test]
    fn functions_move_and_whoever_names_them_follows() {
        // Function 0 is imported. 1 calls 3 and is exported; 2 and 3 differ in a constant, 3 lies in the table.
        let imports: (u8, &[u8]) = (2, b"\x01\x01m\x01f\0\0");
        let before = module(&[
            imports,
            (3, b"\x03\x01\x00\x00"),
            (7, b"\x02\x01a\0\x01\x01t\x01\x00"),
            (9, b"\x01\0\x41\x01\x0b\x02\x03\x00"),
            (10, b"\x03\x04\0\x10\x03\x0b\x04\0\x41\x07\x0b\x04\0\x41\x05\x0b"),
            (11, b"\x00"),
        ]);
        let after = module(&[
            imports,
            (3, b"\x03\x00\x00\x01"),
            (7, b"\x02\x01a\0\x03\x01t\x01\x00"),
            (9, b"\x01\0\x41\x01\x0b\x02\x02\x00"),
            (10, b"\x03\x04\0\x41\x07\x0b\x04\0\x41\x05\x0b\x04\0\x10\x02\x0b"),
            (11, b"\x00"),
        ]);
        assert_eq!(alike_together(&before), Some(after.clone()));
        assert_eq!(alike_together(&after), Some(after));
    }

    #[test]
    fn of_what_is_the_same_one_stays() {
        // 0 and 1 are the same, 2 and 3 call one of them each and so are the same too, 4 calls itself; the table names 1, 3 and 4.
        let before = module(&[
            (3, b"\x05\0\0\0\0\0"),
            (9, b"\x01\0\x41\x01\x0b\x03\x01\x03\x04"),
            (10, b"\x05\x04\0\x41\x07\x0b\x04\0\x41\x07\x0b\x04\0\x10\0\x0b\x04\0\x10\x01\x0b\x04\0\x10\x04\x0b"),
        ]);
        let after = module(&[
            (3, b"\x03\0\0\0"),
            (9, b"\x01\0\x41\x01\x0b\x03\x02\0\x01"),
            (10, b"\x03\x04\0\x10\x02\x0b\x04\0\x10\x01\x0b\x04\0\x41\x07\x0b"),
        ]);
        assert_eq!(alike_together(&before), Some(after.clone()));
        assert_eq!(alike_together(&after), Some(after));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let with_code = |code: &[u8]| module(&[(3, b"\x01\x00"), (10, code)]);
        assert!(alike_together(&with_code(b"\x01\x02\0\x0b")).is_some());
        assert_eq!(alike_together(&with_code(b"\x01\x03\0\xfe\x0b")), None, "an unknown instruction");
        assert_eq!(alike_together(&with_code(b"\x01\x02\0")), None, "cut short");
        assert_eq!(
            alike_together(&module(&[(3, b"\x02\x00\x00"), (10, b"\x01\x02\0\x0b")])),
            None,
            "a body is missing"
        );
    }
}
