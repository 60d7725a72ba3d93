//! Dropping the `name` section of a wasm module: function names nobody reads in a release, a fifth of what the page weighs.

/// The module without its `name` section; `None` where the bytes are not a well-formed sequence of sections.
pub fn without_names(module: &[u8]) -> Option<Vec<u8>> {
    let (head, mut rest) = module.split_at_checked(8)?;
    if !head.starts_with(b"\0asm") {
        return None;
    }
    let mut kept = head.to_vec();
    while let Some((&id, after_id)) = rest.split_first() {
        let (size, content) = leb128(after_id)?;
        let (content, next) = content.split_at_checked(size)?;
        // Section 0 is custom and opens with its name.
        let is_names = id == 0 && leb128(content).is_some_and(|(length, name)| name.get(..length) == Some(b"name"));
        if !is_names {
            kept.extend_from_slice(&rest[..rest.len() - next.len()]);
        }
        rest = next;
    }
    Some(kept)
}

fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
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
    use super::without_names;

    #[test]
    fn only_the_name_section_goes() {
        let header = *b"\0asm\x01\0\0\0";
        let (code, names, other) = (*b"\x0a\x02xy", *b"\0\x06\x04nameZ", *b"\0\x07\x05otherZ");
        let module = |parts: &[&[u8]]| [&header[..], &parts.concat()].concat();
        assert_eq!(without_names(&module(&[&code, &names, &other])), Some(module(&[&code, &other])));
        assert_eq!(without_names(&module(&[&code])), Some(module(&[&code])));
        assert_eq!(without_names(&module(&[&code[..3]])), None, "cut short");
        assert_eq!(without_names(b"<html>"), None);
    }
}
