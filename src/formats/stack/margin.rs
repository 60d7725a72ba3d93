//! What is left in front of every line of a dump when its envelopes are off.

/// What stands in front of every line of a dump and is no envelope that we know: quotation marks of mail, comments, indentation,
/// `web_1  | `. Learned from the dump's first line; a digit stands for any digit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Margin(Vec<u8>);

impl Margin {
    /// Longer ones are text.
    pub(super) const MAX: usize = 100;

    /// The margin that ends where the dump's first line begins; `None` where it is no margin but a sentence.
    pub(super) fn learn(before: &[u8]) -> Option<Self> {
        let ends_well = before.last().is_none_or(|last| matches!(last, b' ' | b'\t' | b'>' | b'|' | b'#' | b'*'));
        (before.len() <= Self::MAX && ends_well).then(|| Self(before.to_vec()))
    }

    /// What stands behind a margin: a cell of a table that became text ends with a bar, too.
    pub(super) fn behind<'a>(margin: &[u8], text: &'a [u8]) -> &'a [u8] {
        if margin.ends_with(b"| ") { text.strip_suffix(b" |").unwrap_or(text) } else { text }
    }

    /// Whether it is an indentation, or nothing: two of them are of one dump, whose lines are indented differently.
    pub(super) fn is_blank(&self) -> bool {
        self.0.trim_ascii().is_empty()
    }

    /// The line without it. A line that is shorter or has another beginning is taken as it is: blank lines lose theirs.
    pub(super) fn strip<'a>(&self, line: &'a [u8]) -> &'a [u8] {
        let alike = |(a, b): (&u8, &u8)| a == b || a.is_ascii_digit() && b.is_ascii_digit();
        match line.get(..self.0.len()) {
            Some(start) if self.0.iter().zip(start).all(alike) => Self::behind(&self.0, &line[start.len()..]),
            _ if line == self.0.trim_ascii_end() => &line[line.len()..],
            _ => line,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_margin_is_stripped_where_it_is() {
        let margin = Margin::learn(b"web_1  | ").expect("a margin");
        assert_eq!(margin.strip(b"web_2  | main.main()"), b"main.main()");
        assert_eq!(margin.strip(b"web_1  |"), b"");
        assert_eq!(margin.strip(b"main.main()"), b"main.main()");
        assert_eq!(Margin::learn(b"http: panic serving: x"), None);
    }
}
