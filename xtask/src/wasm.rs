//! Making a wasm module smaller where it only names things: the `name` section, which nobody reads in a release and which is a fifth of
//! what the page weighs, and the names of imports, each of which carries a hash of sixteen digits, here and in the script.

use std::collections::BTreeMap;

/// Numbers of the sections that are named here. Source: <https://webassembly.github.io/spec/core/binary/modules.html#sections>.
const CUSTOM: u8 = 0;
pub const TYPES: u8 = 1;
const IMPORTS: u8 = 2;
pub const FUNCTIONS: u8 = 3;
pub const CODE: u8 = 10;

/// The module without its custom sections (names, producers, features), which nobody runs; `None` where the bytes are not a well-formed
/// sequence of sections.
pub fn without_custom_sections(module: &[u8]) -> Option<Vec<u8>> {
    edited(module, |id, content| Some((id != CUSTOM).then(|| content.to_vec())))
}

/// The names of what a module imports; `None` where it is not well-formed, or imports anything but functions, as ours never do.
pub fn imports(module: &[u8]) -> Option<Vec<String>> {
    let mut names = Vec::new();
    edited(module, |id, content| {
        if id == IMPORTS {
            with_each_import(content, |name| {
                names.push(name.to_owned());
                name
            })?;
        }
        Some(None)
    })?;
    Some(names)
}

/// How many functions a module imports.
pub fn import_count(module: &[u8]) -> Option<usize> {
    imports(module).map(|names| names.len())
}

/// The module with other names for its imports.
pub fn with_imports_renamed(module: &[u8], names: &BTreeMap<String, String>) -> Option<Vec<u8>> {
    edited(module, |id, content| match id {
        IMPORTS => with_each_import(content, |name| names.get(name).map_or(name, String::as_str)).map(Some),
        _ => Some(Some(content.to_vec())),
    })
}

/// The module with every section as `edit` gives it, or without it.
pub fn edited<'a>(module: &'a [u8], mut edit: impl FnMut(u8, &'a [u8]) -> Option<Option<Vec<u8>>>) -> Option<Vec<u8>> {
    let (head, mut rest) = module.split_at_checked(8)?;
    if !head.starts_with(b"\0asm") {
        return None;
    }
    let mut kept = head.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (size, content) = leb128(after_id)?;
        let (content, next) = content.split_at_checked(size)?;
        if let Some(content) = edit(id, content)? {
            kept.push(id);
            push_bytes(&mut kept, &content);
        }
        rest = next;
    }
    Some(kept)
}

/// An import section with every name as `rename` gives it.
fn with_each_import<'a>(section: &'a [u8], mut rename: impl FnMut(&'a str) -> &'a str) -> Option<Vec<u8>> {
    const FUNCTION: u8 = 0;
    let (count, mut rest) = leb128(section)?;
    let mut written = Vec::new();
    push_leb128(&mut written, count);
    for _ in 0..count {
        let (module, after) = bytes(rest)?;
        let (name, after) = bytes(after)?;
        let (kind, after) = after.split_first()?;
        let (signature, after) = leb128(after)?;
        if *kind != FUNCTION {
            return None;
        }
        push_bytes(&mut written, module);
        push_bytes(&mut written, rename(str::from_utf8(name).ok()?).as_bytes());
        written.push(*kind);
        push_leb128(&mut written, signature);
        rest = after;
    }
    rest.is_empty().then_some(written)
}

/// A section that is a list of numbers.
pub fn numbers(section: &[u8]) -> Option<Vec<usize>> {
    let (count, mut rest) = leb128(section)?;
    let mut listed = Vec::with_capacity(count);
    for _ in 0..count {
        let (number, after) = leb128(rest)?;
        listed.push(number);
        rest = after;
    }
    rest.is_empty().then_some(listed)
}

/// Bytes that their count precedes, and what follows them.
pub fn bytes(from: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = leb128(from)?;
    rest.split_at_checked(length)
}

pub fn push_bytes(to: &mut Vec<u8>, bytes: &[u8]) {
    push_leb128(to, bytes.len());
    to.extend_from_slice(bytes);
}

pub fn push_leb128(to: &mut Vec<u8>, mut value: usize) {
    while value > 0x7f {
        to.push(value as u8 | 0x80);
        value >>= 7;
    }
    to.push(value as u8);
}

pub fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= usize::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((value, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{imports, with_imports_renamed, without_custom_sections};
    use std::collections::BTreeMap;

    const HEADER: [u8; 8] = *b"\0asm\x01\0\0\0";

    fn module(parts: &[&[u8]]) -> Vec<u8> {
        [&HEADER[..], &parts.concat()].concat()
    }

    #[test]
    fn only_custom_sections_go() {
        let (code, names, other) = (*b"\x0a\x02xy", *b"\0\x06\x04nameZ", *b"\x0b\x02zz");
        assert_eq!(without_custom_sections(&module(&[&code, &names, &other])), Some(module(&[&code, &other])));
        assert_eq!(without_custom_sections(&module(&[&code])), Some(module(&[&code])));
        assert_eq!(without_custom_sections(&module(&[&code[..3]])), None, "cut short");
        assert_eq!(without_custom_sections(b"<html>"), None);
    }

    #[test]
    fn imports_are_renamed() {
        let long = module(&[b"\x02\x11\x02\x01m\x03one\0\x07\x01m\x03two\0\x08", b"\x0a\x02xy"]);
        assert_eq!(imports(&long), Some(vec!["one".to_owned(), "two".to_owned()]));
        let names = BTreeMap::from([("one".to_owned(), "_a".to_owned())]);
        let short = module(&[b"\x02\x10\x02\x01m\x02_a\0\x07\x01m\x03two\0\x08", b"\x0a\x02xy"]);
        assert_eq!(with_imports_renamed(&long, &names), Some(short));
        assert_eq!(imports(&module(&[b"\x02\x06\x01\x01m\x01x\x03"])), None, "no function");
    }
}
