//! Sentences of the program taken apart again: what `text` put together.

use crate::text::Texts;

/// The arguments with which a message would have said `text`; `None` where it cannot have. What stands between two arguments is looked for
/// from the right, because words may hold it as well and figures do not.
pub(super) fn unsay<const N: usize>(texts: &Texts, id: &str, names: [&str; N], text: &str) -> Option<[String; N]> {
    // Private-use characters that no message holds stand for the arguments.
    let mark = |index: usize| char::from_u32(0xe000 + index as u32).unwrap_or_default();
    let args: Vec<_> = names.iter().enumerate().map(|(index, name)| (*name, mark(index).to_string().into())).collect();
    let pattern = texts.with(id, &args);
    let mut found = [const { String::new() }; N];
    let mut rest = text;
    let mut pieces = pattern.rsplit(|c| (0..N).any(|index| mark(index) == c));
    let mut order: Vec<usize> = pattern.chars().filter_map(|c| (0..N).find(|index| mark(*index) == c)).collect();
    rest = rest.strip_suffix(pieces.next()?)?;
    while let (Some(index), Some(piece)) = (order.pop(), pieces.next()) {
        let at = if order.is_empty() { rest.starts_with(piece).then_some(0)? } else { rest.rfind(piece)? };
        found[index] = rest[at + piece.len()..].to_owned();
        rest = &rest[..at];
    }
    Some(found)
}

/// `1 min 30 s` and `1 分 30 秒` in seconds.
pub(super) fn duration_s(text: &str) -> Option<u32> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut seconds = 0.0;
    for pair in words.chunks(2) {
        let [number, unit] = pair else { return None };
        let unit = match *unit {
            "d" | "天" => 86_400.0,
            "h" | "小时" => 3_600.0,
            "min" | "分" => 60.0,
            "s" | "秒" => 1.0,
            _ => return None,
        };
        seconds += number.parse::<f64>().ok()? * unit;
    }
    Some(seconds.round() as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Lang, format};

    #[test]
    fn messages_are_taken_apart_in_both_languages() {
        for lang in Lang::ALL {
            let texts = Texts::new(lang, 0);
            let said = texts.with("export-repeated", &[("text", "a (2 times) b".into()), ("count", "211".into())]);
            let [text, count] = unsay(&texts, "export-repeated", ["text", "count"], &said).expect("said");
            assert_eq!((text.as_str(), count.as_str()), ("a (2 times) b", "211"), "{lang:?}");
            assert_eq!(unsay(&texts, "export-line", ["line"], "x"), None);
            let off = format::duration(90.0, lang);
            assert_eq!(duration_s(&off), Some(90), "{off}");
        }
    }
}
