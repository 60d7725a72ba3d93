//! What a collector writes before each line to say whom it is from.
//!
//! ```text
//! caddy  | text                                      docker compose logs
//! [pod/payment-6c9f-x2x/payment] text                kubectl logs --prefix
//! ```

/// Names are this long at most, with what surrounds them.
const MAX_BYTES: usize = 200;

/// Who a line is from, and what it says; `None` where nothing of the kind stands before it.
pub(super) fn split_prefix(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let reach = &line[..line.len().min(MAX_BYTES)];
    if reach.starts_with(b"[pod/") {
        let close = crate::model::memmem::find(reach, b"] ")?;
        return Some((&line[5..close], &line[close + 2..]));
    }
    let bar = memchr::memchr(b'|', reach).filter(|bar| *bar > 1 && line[bar - 1] == b' ')?;
    let name = line[..bar].trim_ascii_end();
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let rest = line.get(bar + 1..)?.strip_prefix(b" ")?;
    name.iter().all(is_name).then_some((name, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_before_lines() {
        for (text, want) in [
            ("caddy  | {\"level\"", Some(("caddy", "{\"level\""))),
            ("web-1_db | x | y", Some(("web-1_db", "x | y"))),
            ("[pod/payment-6c9f/payment] x", Some(("payment-6c9f/payment", "x"))),
            ("a b | c", None),
            ("| c", None),
            ("caddy|c", None),
        ] {
            let read = split_prefix(text.as_bytes());
            let want = want.map(|(name, rest): (&str, &str)| (name.as_bytes(), rest.as_bytes()));
            assert_eq!(read, want, "{text}");
        }
    }
}
