//! A tolerant pull reader over JSON bytes: knows where it stands, builds nothing, and stops at the first byte that cannot be.
//!
//! Nesting is counted, not recursed into, so a document of a million `[` costs its bytes and no stack.

/// The document ends or breaks here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::formats) struct Broken;

/// Keys that [`Reader::fields`] looks for at most.
const MAX_FIELDS: usize = 7;

/// A position in JSON bytes.
#[derive(Clone, Copy, Debug)]
pub(in crate::formats) struct Reader<'a> {
    bytes: &'a [u8],
    /// Offset of the next byte.
    pub(in crate::formats) at: usize,
}

impl<'a> Reader<'a> {
    /// At a place of the document.
    pub(in crate::formats) const fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at }
    }

    /// The next byte that is not white space.
    pub(in crate::formats) fn peek(&mut self) -> Result<u8, Broken> {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\r' | b'\n') => self.at += 1,
                Some(&byte) => return Ok(byte),
                None => return Err(Broken),
            }
        }
    }

    /// Takes a byte that must come next.
    pub(in crate::formats) fn expect(&mut self, byte: u8) -> Result<(), Broken> {
        if self.peek()? != byte {
            return Err(Broken);
        }
        self.at += 1;
        Ok(())
    }

    /// Between the items of a list that `open` has opened: `true` before an item, `false` after the closing byte.
    pub(in crate::formats) fn has_item(&mut self, is_first: bool, close: u8) -> Result<bool, Broken> {
        match self.peek()? {
            byte if byte == close => {
                self.at += 1;
                Ok(false)
            }
            b',' if !is_first => {
                self.at += 1;
                Ok(true)
            }
            _ if is_first => Ok(true),
            _ => Err(Broken),
        }
    }

    /// A string's bytes between its quotes, escapes as written.
    pub(in crate::formats) fn string(&mut self) -> Result<&'a [u8], Broken> {
        self.expect(b'"')?;
        let from = self.at;
        loop {
            let found = memchr::memchr2(b'"', b'\\', &self.bytes[self.at..]).ok_or(Broken)?;
            let hit = self.at + found;
            if self.bytes[hit] == b'"' {
                self.at = hit + 1;
                return Ok(&self.bytes[from..hit]);
            }
            if hit + 2 > self.bytes.len() {
                return Err(Broken);
            }
            self.at = (hit + 2).min(self.bytes.len());
        }
    }

    /// A key and its colon.
    pub(in crate::formats) fn key(&mut self) -> Result<&'a [u8], Broken> {
        let key = self.string()?;
        self.expect(b':')?;
        Ok(key)
    }

    /// A string's or a bare value's bytes (`"41"`, `41`, `null`).
    pub(in crate::formats) fn scalar(&mut self) -> Result<&'a [u8], Broken> {
        if self.peek()? == b'"' {
            return self.string();
        }
        let from = self.at;
        let is_inside = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-');
        let len = self.bytes[from..].iter().take_while(|byte| is_inside(byte)).count();
        self.at = from + len;
        // A bare value that the end of the input cuts may be longer than it looks.
        if len == 0 || self.at == self.bytes.len() { Err(Broken) } else { Ok(&self.bytes[from..self.at]) }
    }

    /// Values of an object by their keys, as written; empty for a key that it has not, or null. The other keys are stepped over.
    pub(in crate::formats) fn fields(&mut self, names: &[&[u8]]) -> Result<[&'a [u8]; MAX_FIELDS], Broken> {
        let mut found = [&b""[..]; MAX_FIELDS];
        self.expect(b'{')?;
        let mut is_first = true;
        while self.has_item(std::mem::take(&mut is_first), b'}')? {
            let key = self.key()?;
            match found.iter_mut().zip(names).find(|(_, name)| **name == key) {
                Some((value, _)) => *value = Some(self.scalar()?).filter(|value| *value != b"null").unwrap_or_default(),
                None => self.skip()?,
            }
        }
        Ok(found)
    }

    /// Steps over any value.
    pub(in crate::formats) fn skip(&mut self) -> Result<(), Broken> {
        let mut depth = 0u64;
        loop {
            match self.peek()? {
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1).ok_or(Broken)?;
                    self.at += 1;
                }
                b',' | b':' if depth > 0 => self.at += 1,
                _ => drop(self.scalar()?),
            }
            if depth == 0 {
                return Ok(());
            }
        }
    }
}

/// The text of a string, unescaped; an escape that is none stays as written.
pub(in crate::formats) fn unescape(raw: &[u8]) -> String {
    let mut text = Vec::with_capacity(raw.len());
    unescape_into(raw, &mut text);
    String::from_utf8_lossy(&text).into_owned()
}

/// Appends the text of a string, unescaped; an escape that is none stays as written.
pub(in crate::formats) fn unescape_into(raw: &[u8], into: &mut Vec<u8>) {
    let mut rest = raw;
    while let Some(at) = memchr::memchr(b'\\', rest) {
        into.extend_from_slice(&rest[..at]);
        rest = &rest[at..];
        let (byte, len) = match rest {
            [_, b'n', ..] => (b'\n', 2),
            [_, b't', ..] => (b'\t', 2),
            [_, b'r', ..] => (b'\r', 2),
            [_, b'b', ..] => (8, 2),
            [_, b'f', ..] => (12, 2),
            [_, other @ (b'"' | b'\\' | b'/'), ..] => (*other, 2),
            _ => (b'\\', 1),
        };
        if len == 1
            && let Some((letter, len)) = escaped_char(rest)
        {
            into.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
            rest = &rest[len..];
        } else {
            into.push(byte);
            rest = &rest[len..];
        }
    }
    into.extend_from_slice(rest);
}

/// The character of `\u00e9`, or of two such that make one, and their length.
fn escaped_char(text: &[u8]) -> Option<(char, usize)> {
    let unit = |at: usize| {
        let digits = text.get(at..at + 6)?.strip_prefix(b"\\u")?;
        digits.iter().try_fold(0, |unit, digit| Some(unit << 4 | char::from(*digit).to_digit(16)?))
    };
    let first = unit(0)?;
    match (first, unit(6)) {
        (0xd800..0xdc00, Some(second @ 0xdc00..0xe000)) => {
            char::from_u32(0x1_0000 + ((first - 0xd800) << 10 | (second - 0xdc00))).map(|letter| (letter, 12))
        }
        _ => char::from_u32(first).map(|letter| (letter, 6)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_stepped_over_whole() {
        let text = br#" {"a": [1, {"b": "]\""}, null], "c": -1.5e3} ,"#;
        let mut reader = Reader::new(text, 0);
        assert_eq!(reader.skip(), Ok(()));
        assert_eq!(reader.peek(), Ok(b','));
        for cut in 2..text.len() - 3 {
            assert_eq!(Reader::new(&text[..cut], 0).skip(), Err(Broken), "cut at {cut}");
        }
        assert_eq!(Reader::new(&b"[".repeat(1_000_000), 0).skip(), Err(Broken));
    }

    #[test]
    fn escapes_are_undone_and_what_is_none_stays() {
        for (raw, text) in [
            (r#"a\"b\u00e9\n"#, "a\"b\u{e9}\n"),
            (r"\ud83d\ude00 \b\f\r\t\/\\", "\u{1f600} \u{8}\u{c}\r\t/\\"),
            (r"\ud83d \ud83dx \udc00 \u12 \u12g4 \x \u+123", r"\ud83d \ud83dx \udc00 \u12 \u12g4 \x \u+123"),
            ("\\", "\\"),
            ("", ""),
        ] {
            assert_eq!(unescape(raw.as_bytes()), text, "{raw}");
        }
        let text = "\u{1f600}\u{1}\"\\ \u{e9}\u{7f}\n";
        let written = serde_json::to_string(text).unwrap_or_default();
        assert_eq!(unescape(&written.as_bytes()[1..written.len() - 1]), text);
    }
}
