//! The YAML that kubectl and other Go tools print, and people write by hand: block maps and lists, scalars plain, quoted or in blocks
//! and folded over lines, comments, several documents.
//!
//! ```text
//! items:
//! - metadata:
//!     name: web-1
//!     labels: {}
//!   status:
//!     message: 'back-off 5m0s restarting failed
//!       container'
//! ```
//! Not supported: anchors and tags (kept as text), flow collections over several lines.

use super::{Fate, MAX_DEPTH, Place, Visit, count, extend, unescaped};
use crate::evidence::{Block, Line};
use crate::model::IssueCode;
use crate::model::words::replaced;

/// An open map or list and the column of its keys or dashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Node {
    indent: usize,
    is_list: bool,
}

/// A scalar that may go on in the next line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Plain,
    Block,
    Single,
    Double,
}

struct Scalar {
    style: Style,
    /// Column of the key or dash it belongs to: what stands further right is its own.
    parent: usize,
    place: Place,
}

/// A reader at work.
#[derive(Default)]
pub(in crate::formats) struct YamlReader {
    stack: Vec<Node>,
    /// A key or a dash waits for its value.
    is_pending: bool,
    scalar: Option<Scalar>,
    token: Vec<u8>,
    /// The last line that said something.
    last: Place,
}

impl YamlReader {
    /// Takes the next lines.
    pub(in crate::formats) fn feed(&mut self, block: &Block<'_>, visit: &mut dyn Visit) {
        for line in block.lines() {
            if line.is_cut() {
                visit.out().issues.add(IssueCode::LineTooLong, line.number, line.offset);
            }
            let fate = self.line(&line, visit);
            count(visit.out(), fate);
            if fate == Fate::Failed {
                visit.out().issues.add(IssueCode::UnparsedLines, line.number, line.offset);
            }
        }
    }

    /// The input has ended.
    pub(in crate::formats) fn finish(&mut self, visit: &mut dyn Visit) {
        self.end_document(visit);
    }

    fn line(&mut self, line: &Line<'_>, visit: &mut dyn Visit) -> Fate {
        let full = line.bytes.trim_ascii_end();
        let here =
            Place { start: line.offset, end: line.offset + full.len() as u64, first: line.number, last: line.number };
        let indent = full.iter().take_while(|byte| **byte == b' ').count();
        let text = &full[indent..];
        if text.is_empty() {
            if self.scalar.is_some() {
                extend(&mut self.token, b"\n");
            }
            return Fate::Skipped;
        }
        if self.goes_on(text, indent, here, visit) {
            return Fate::Parsed;
        }
        if text.starts_with(b"#") {
            return Fate::Skipped;
        }
        if indent == 0 && (full == b"---" || full.starts_with(b"--- ") || full == b"...") {
            self.end_document(visit);
            return Fate::Parsed;
        }
        let is_root = self.stack.is_empty();
        let opens = split_key(text).is_some_and(|(key, _)| is_name(key)) || is_dash(text);
        let fits = if is_root { indent == 0 && opens } else { indent > 0 || opens };
        if fits && self.content(text, full.len(), here, visit) {
            self.last = here;
            return Fate::Parsed;
        }
        let fate = visit.between(&String::from_utf8_lossy(full), here);
        if indent == 0 && fate == Fate::Skipped {
            self.end_document(visit);
        }
        fate
    }

    /// Whether a line belongs to the scalar before it; ends that scalar where it does not.
    fn goes_on(&mut self, text: &[u8], indent: usize, here: Place, visit: &mut dyn Visit) -> bool {
        let Some(scalar) = &mut self.scalar else { return false };
        let goes_on = match scalar.style {
            Style::Single | Style::Double => true,
            Style::Plain | Style::Block => indent > scalar.parent,
        };
        if !goes_on {
            self.end_scalar(visit);
            return false;
        }
        scalar.place = scalar.place.to(here);
        let style = scalar.style;
        extend(&mut self.token, if style == Style::Block { b"\n" } else { b" " });
        match style {
            Style::Block => extend(&mut self.token, text),
            Style::Plain => extend(&mut self.token, without_comment(text)),
            Style::Single | Style::Double => {
                let end = quote_end(text, style);
                extend(&mut self.token, &text[..end.unwrap_or(text.len())]);
                if end.is_some() {
                    self.end_scalar(visit);
                }
            }
        }
        true
    }

    /// Reads dashes, a key, a value. `text` ends where the line's `len` bytes end, so its column is what is missing at its front.
    fn content(&mut self, text: &[u8], len: usize, here: Place, visit: &mut dyn Visit) -> bool {
        let mut text = text;
        loop {
            let indent = len - text.len();
            let place = Place { start: here.start + indent as u64, ..here };
            if is_dash(text) {
                self.close_beyond(indent, true, place, visit);
                if !self.stands_in(Node { indent, is_list: true }, place, visit) {
                    return false;
                }
                self.is_pending = true;
                text = text[1..].trim_ascii_start();
                if text.is_empty() {
                    return true;
                }
            } else if let Some(value) = text.strip_prefix(b": ") {
                // The value of a key that was too long for one line (`? …`).
                text = value.trim_ascii_start();
            } else if let Some((key, rest)) = split_key(text) {
                self.close_beyond(indent, false, place, visit);
                if !self.stands_in(Node { indent, is_list: false }, place, visit) {
                    return false;
                }
                let key_len = text.len() - rest.len();
                let at = Place { end: place.start + key_len as u64, ..place };
                visit.key(&unquoted(key), at);
                self.is_pending = true;
                return self.value(rest.trim_ascii_start(), indent, len, here, visit);
            } else {
                let parent = self.stack.last().map_or(0, |node| node.indent);
                return self.is_pending && self.value(text, parent, len, here, visit);
            }
        }
    }

    /// Closes what is further right than a column, and for a key also the list in the same column.
    fn close_beyond(&mut self, indent: usize, is_list: bool, at: Place, visit: &mut dyn Visit) {
        while let Some(node) = self.stack.last() {
            if node.indent < indent || node.indent == indent && (is_list || !node.is_list) {
                return;
            }
            self.settle(at, visit);
            self.stack.pop();
            visit.close(self.last);
        }
    }

    /// Goes on in the map or list of a column, or opens it as the value that is waited for.
    fn stands_in(&mut self, node: Node, at: Place, visit: &mut dyn Visit) -> bool {
        if self.stack.last() == Some(&node) {
            self.settle(at, visit);
            return true;
        }
        let may_open = self.is_pending || self.stack.is_empty();
        if !may_open || self.stack.len() == MAX_DEPTH {
            return false;
        }
        self.is_pending = false;
        self.stack.push(node);
        visit.open(node.is_list, at);
        true
    }

    /// A key or dash that got no value has none.
    fn settle(&mut self, at: Place, visit: &mut dyn Visit) {
        if std::mem::take(&mut self.is_pending) {
            visit.scalar("", true, at);
        }
    }

    fn value(&mut self, text: &[u8], parent: usize, len: usize, here: Place, visit: &mut dyn Visit) -> bool {
        let place = Place { start: here.start + (len - text.len()) as u64, ..here };
        let is_block =
            matches!(text, [b'|' | b'>', rest @ ..] if rest.iter().all(|byte| b"-+0123456789".contains(byte)));
        let style = match text {
            [] | [b'#', ..] => return true,
            [b'[' | b'{', ..] if is_flow(without_comment(text)) => {
                self.is_pending = false;
                flow(text, 0, place, visit);
                return true;
            }
            _ if is_block => Style::Block,
            [b'\'', ..] => Style::Single,
            [b'"', ..] => Style::Double,
            _ => Style::Plain,
        };
        self.is_pending = false;
        self.token.clear();
        self.scalar = Some(Scalar { style, parent, place });
        match style {
            Style::Block => {}
            Style::Plain => extend(&mut self.token, without_comment(text)),
            Style::Single | Style::Double => {
                let end = quote_end(&text[1..], style);
                extend(&mut self.token, &text[1..end.map_or(text.len(), |end| end + 1)]);
                if end.is_some() {
                    self.end_scalar(visit);
                }
            }
        }
        true
    }

    fn end_scalar(&mut self, visit: &mut dyn Visit) {
        let Some(Scalar { style, place, .. }) = self.scalar.take() else { return };
        self.last = Place { start: place.start, ..self.last.to(place) };
        let raw = self.token.as_slice();
        match style {
            Style::Double => visit.scalar(&unescaped(raw), false, place),
            Style::Single => visit.scalar(&replaced(&String::from_utf8_lossy(raw), "''", "'"), false, place),
            Style::Block => visit.scalar(String::from_utf8_lossy(raw).trim(), false, place),
            Style::Plain => visit.scalar(&String::from_utf8_lossy(raw), matches!(raw, b"null" | b"~"), place),
        }
    }

    fn end_document(&mut self, visit: &mut dyn Visit) {
        if let Some(scalar) =
            self.scalar.as_ref().filter(|scalar| matches!(scalar.style, Style::Single | Style::Double))
        {
            let place = scalar.place;
            visit.out().issues.add(IssueCode::TruncatedDocument, place.first, place.start);
        }
        self.end_scalar(visit);
        self.settle(self.last, visit);
        while self.stack.pop().is_some() {
            visit.close(self.last);
        }
    }
}

/// Whether a text is a list or map of its own, closed where it ends. What templates leave (`{{ .Values.name }}`) is none.
fn is_flow(text: &[u8]) -> bool {
    let (mut depth, mut at) = (0_usize, 0);
    while let Some(&byte) = text.get(at) {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'"' | b'\'' => match quote_end(&text[at + 1..], style_of(byte)) {
                Some(len) => at += len + 1,
                None => return false,
            },
            _ => {}
        }
        at += 1;
        if depth == 0 {
            break;
        }
    }
    depth == 0 && at == text.len() && !text.starts_with(b"{{")
}

fn style_of(quote: u8) -> Style {
    if quote == b'"' { Style::Double } else { Style::Single }
}

/// Reads a value of a flow collection, or one as a whole, and gives what follows it.
fn flow<'a>(text: &'a [u8], depth: usize, place: Place, visit: &mut dyn Visit) -> &'a [u8] {
    let end = match text {
        [open @ (b'[' | b'{'), rest @ ..] if depth < MAX_DEPTH / 2 => {
            let is_list = *open == b'[';
            visit.open(is_list, place);
            let mut rest = rest.trim_ascii_start();
            while !matches!(rest, [] | [b']' | b'}', ..]) {
                if !is_list {
                    let ends = rest.iter().position(|byte| b":,]}".contains(byte)).unwrap_or(rest.len());
                    let (key, value) = split_key(rest).unwrap_or(rest.split_at(ends));
                    visit.key(&unquoted(key), place);
                    // Without a blank behind it, as in JSON.
                    rest = value.strip_prefix(b":").unwrap_or(value).trim_ascii_start();
                }
                rest = flow(rest, depth + 1, place, visit).trim_ascii_start();
                rest = rest.strip_prefix(b",").unwrap_or(rest).trim_ascii_start();
            }
            visit.close(place);
            return rest.get(1..).unwrap_or_default();
        }
        [quote @ (b'"' | b'\''), inside @ ..] => quote_end(inside, style_of(*quote)).map_or(text.len(), |end| end + 2),
        _ => text.iter().position(|byte| b",]}".contains(byte)).unwrap_or(text.len()),
    };
    let raw = text[..end].trim_ascii_end();
    visit.scalar(&unquoted(raw), matches!(raw, b"" | b"null" | b"~"), place);
    &text[end..]
}

fn without_comment(text: &[u8]) -> &[u8] {
    let end = crate::model::memmem::find(text, b" #").unwrap_or(text.len());
    text[..end].trim_ascii_end()
}

fn is_dash(text: &[u8]) -> bool {
    matches!(text, [b'-'] | [b'-', b' ', ..])
}

/// Whether a key may begin a document: a sentence with a colon does not.
fn is_name(key: &[u8]) -> bool {
    key.iter().all(|byte| byte.is_ascii_alphanumeric() || b"_-./".contains(byte))
}

/// A key, quotes included, and what follows its colon.
fn split_key(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let quoted = |style| quote_end(&text[1..], style).map(|end| end + 2);
    let end = match text {
        [b'?', b' ', ..] => return Some((text[2..].trim_ascii(), &[])),
        [b'\'', ..] => quoted(Style::Single)?,
        [b'"', ..] => quoted(Style::Double)?,
        [b'{' | b'[' | b'|' | b'>' | b'&' | b'*' | b'!' | b'%' | b'@' | b'#', ..] => return None,
        _ => memchr::memchr_iter(b':', text).find(|at| matches!(text.get(at + 1), None | Some(b' ')))?,
    };
    let rest = text[end..].strip_prefix(b":")?;
    (end > 0 && matches!(rest.first(), None | Some(b' '))).then_some((&text[..end], rest))
}

/// Where a quoted text ends, seen from behind its opening quote.
fn quote_end(text: &[u8], style: Style) -> Option<usize> {
    let mut at = 0;
    while let Some(&byte) = text.get(at) {
        match (style, byte) {
            (Style::Single, b'\'') if text.get(at + 1) == Some(&b'\'') => at += 1,
            (Style::Single, b'\'') | (Style::Double, b'"') => return Some(at),
            (Style::Double, b'\\') => at += 1,
            _ => {}
        }
        at += 1;
    }
    None
}

/// A key without its quotes.
fn unquoted(key: &[u8]) -> std::borrow::Cow<'_, str> {
    match key {
        [b'\'', inner @ .., b'\''] => replaced(&String::from_utf8_lossy(inner), "''", "'").into(),
        [b'"', inner @ .., b'"'] => unescaped(inner),
        _ => String::from_utf8_lossy(key),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::Parsed;

    /// Writes down what it is told.
    #[derive(Default)]
    struct Told(String, Parsed);

    impl Visit for Told {
        fn open(&mut self, is_list: bool, _: Place) {
            self.0.push(if is_list { '[' } else { '{' });
        }
        fn key(&mut self, key: &str, _: Place) {
            self.0 += &format!("{key}=");
        }
        fn scalar(&mut self, text: &str, is_null: bool, at: Place) {
            self.0 += &if is_null { "null ".to_owned() } else { format!("<{text}>{} ", at.first) };
        }
        fn close(&mut self, _: Place) {
            self.0.push('.');
        }
        fn abandon(&mut self) {
            self.0.push('!');
        }
        fn between(&mut self, line: &str, _: Place) -> Fate {
            if line.starts_with('$') { Fate::Skipped } else { Fate::Failed }
        }
        fn out(&mut self) -> &mut Parsed {
            &mut self.1
        }
    }

    fn told(text: &str) -> (String, [u64; 3]) {
        let (mut told, mut reader) = (Told::default(), YamlReader::default());
        reader.feed(&Block { bytes: text.as_bytes(), offset: 0, first_line: 1 }, &mut told);
        reader.finish(&mut told);
        let lines = told.1.lines;
        (told.0, [lines.parsed, lines.skipped, lines.failed])
    }

    #[test]
    fn what_kubectl_prints_is_read() {
        let (text, lines) = told(
            "$ kubectl get pod -o yaml\napiVersion: v1\nitems:\n- a: 1\n  labels: {}\n  empty:\n  cmd:\n  - sh\n  - -c\n  - |\n    echo: x\n\n    done\n  \
             msg: 'it''s folded\n    over lines'\n- plain: runs\n    on  # not this\n  k: \"a\\\"b\\u00e9\"\nkind: List\n---\nname: x # why\nports: [80, 443]\nlast:\n",
        );
        assert_eq!(
            text,
            "{apiVersion=<v1>2 items=[{a=<1>4 labels={.empty=null cmd=[<sh>8 <-c>9 <echo: x\n\ndone>10 .msg=<it's folded over lines>14 .\
             {plain=<runs on>16 k=<a\"b\u{e9}>18 ..kind=<List>19 .{name=<x>21 ports=[<80>22 <443>22 .last=null ."
        );
        assert_eq!(lines, [21, 2, 0]);
    }

    #[test]
    fn collections_on_one_line_are_read() {
        let value = |text: &str| told(&format!("k: {text}\n")).0;
        for (text, want) in [
            ("{matchLabels: {app: payment, tier: 'a, b'}} # c", "{matchLabels={app=<payment>1 tier=<a, b>1 .."),
            ("[{port: 53, protocol: UDP}, {}]", "[{port=<53>1 protocol=<UDP>1 .{.."),
            ("{\"a\":1,\"b\":[\"x\"], c: }", "{a=<1>1 b=[<x>1 .c=null ."),
            ("[http://a/b, [], ~]", "[<http://a/b>1 [.null ."),
            ("{{ .Values.name }}", "<{{ .Values.name }}>1 "),
            ("[ERROR] no list", "<[ERROR] no list>1 "),
            ("[a, b", "<[a, b>1 "),
        ] {
            assert_eq!(value(text), format!("{{k={want}."), "{text}");
        }
        assert_eq!(told(&format!("k: {}{}\n", "[".repeat(5000), "]".repeat(5000))).1, [1, 0, 0]);
        assert_eq!(told("k: {,,}\nl: [,]\n").1, [2, 0, 0]);
    }

    #[test]
    fn what_is_no_yaml_is_said() {
        let (_, lines) = told("Error from server (NotFound): pods\nkind: Pod\nnot a key\n");
        assert_eq!(lines, [1, 0, 2]);
        let deep: String = (0..1000).map(|level| format!("{}- \n", " ".repeat(level))).collect();
        assert_eq!(told(&deep).1.iter().sum::<u64>(), 1000);
    }
}
