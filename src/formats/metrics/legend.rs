//! Series names as exports write them: `{__name__="x", a="b"}`, `x{a="b"}`, `{a="b"}` or a plain legend.

/// A series' name and its labels in the order written. A text that is no selector is the name as it stands; a selector without a metric
/// name has an empty one.
pub(super) fn parse_legend(text: &str) -> (String, Vec<(String, String)>) {
    let text = text.trim();
    let selector = text.split_once('{').and_then(|(name, rest)| Some((name.trim(), parse_labels(rest)?)));
    match selector {
        Some((name, mut labels)) => {
            let stated = labels.iter().position(|(key, _)| key == "__name__").map(|index| labels.remove(index).1);
            (stated.unwrap_or_else(|| name.to_owned()), labels)
        }
        None => (text.to_owned(), Vec::new()),
    }
}

/// The pairs of `a="b", c="d"}`; `None` when that is not what the text is.
fn parse_labels(mut text: &str) -> Option<Vec<(String, String)>> {
    let mut labels = Vec::new();
    loop {
        text = text.trim_start_matches([' ', ',']);
        if text == "}" {
            return Some(labels);
        }
        let (key, rest) = text.split_once('=')?;
        let (value, rest) = parse_quoted(rest.trim_start())?;
        labels.push((key.trim().to_owned(), value));
        text = rest;
    }
}

/// The text between quotes, unescaped, and what follows.
fn parse_quoted(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((value, &inside[at + 1..])),
            '\\' => match chars.next()?.1 {
                'n' => value.push('\n'),
                escaped => value.push(escaped),
            },
            _ => value.push(char),
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_and_plain_legends() {
        let labels = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
        };
        let cases = [
            (r#"{__name__="up", a="b"}"#, "up", labels(&[("a", "b")])),
            (r#"up{a="b",c="d \"e\" {f}"}"#, "up", labels(&[("a", "b"), ("c", "d \"e\" {f}")])),
            (r#"{a="b"}"#, "", labels(&[("a", "b")])),
            ("worker-02", "worker-02", labels(&[])),
            ("{{pod}} used", "{{pod}} used", labels(&[])),
            (r#"{a="b"#, r#"{a="b"#, labels(&[])),
        ];
        for (text, name, labels) in cases {
            assert_eq!(parse_legend(text), (name.to_owned(), labels), "{text}");
        }
    }
}
