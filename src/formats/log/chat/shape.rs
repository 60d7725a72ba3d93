//! Where a chat program puts time and author, and which of its shapes an input has.

use super::super::SNIFFED_LINES;
use super::stamp::{Date, Order, Stamp, parse_separator, parse_stamp};
use crate::formats::Head;
use crate::model::words::holds;

/// How the head of a message is laid out. An input keeps to one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// `[22:13] bob: text`, `[22:13] <bob> text`.
    Bracketed,
    /// `[7/23/2023 10:13 PM] Bob`, the text below.
    BracketedAbove,
    /// `22:13 <bob> text`, `22:13 bob: text`, `22:13 bob  text`.
    Inline,
    /// `2023-07-23 22:13:05 张三`, the text below.
    TimeAbove,
    /// `张三 22:13`, `Alice  10:13 PM`, the text below.
    NameAbove,
}

impl Shape {
    const ALL: [Self; 5] = [Self::Bracketed, Self::Inline, Self::BracketedAbove, Self::TimeAbove, Self::NameAbove];

    /// Whether the text stands below the head.
    pub(super) const fn is_above(self) -> bool {
        matches!(self, Self::BracketedAbove | Self::TimeAbove | Self::NameAbove)
    }
}

/// The head of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct MessageHead<'a> {
    /// When.
    pub(super) stamp: Stamp,
    /// Who; empty where the line names nobody.
    pub(super) author: &'a [u8],
    /// What, as far as it stands on the same line.
    pub(super) text: &'a [u8],
    /// The author stands between `<` and `>`, which only chats print.
    is_nick: bool,
}

/// Reads the head of a message of a given shape.
pub(super) fn read_head(shape: Shape, line: &[u8]) -> Option<MessageHead<'_>> {
    let line = line.trim_ascii_end();
    match shape {
        Shape::Bracketed | Shape::BracketedAbove => {
            let (stamp, rest) = bracketed(line)?;
            let rest = rest.trim_ascii_start();
            if shape == Shape::BracketedAbove {
                return is_name(rest).then_some(MessageHead { stamp, author: rest, text: b"", is_nick: false });
            }
            let nobody = MessageHead { stamp, author: b"", text: rest, is_nick: false };
            Some(said(stamp, rest).unwrap_or(nobody)).filter(|_| !rest.is_empty())
        }
        Shape::Inline => {
            let stamp = parse_stamp(line)?;
            let rest = line.get(stamp.len..)?.strip_prefix(b" ")?;
            let nobody = MessageHead { stamp, author: b"", text: rest, is_nick: false };
            let read = said(stamp, rest).or_else(|| padded(stamp, rest)).unwrap_or(nobody);
            (!rest.trim_ascii().is_empty()).then_some(read)
        }
        Shape::TimeAbove => {
            let stamp = parse_stamp(line)?;
            let author = line.get(stamp.len..)?.strip_prefix(b" ")?.trim_ascii();
            is_name(author).then_some(MessageHead { stamp, author, text: b"", is_nick: false })
        }
        Shape::NameAbove => name_above(line),
    }
}

/// `[stamp]` and what follows.
fn bracketed(line: &[u8]) -> Option<(Stamp, &[u8])> {
    let inside = line.strip_prefix(b"[")?;
    let stamp = parse_stamp(inside)?;
    let rest = inside.get(stamp.len..)?.strip_prefix(b"]")?;
    Some((stamp, rest))
}

/// `<bob> text` or `bob: text`.
fn said(stamp: Stamp, rest: &[u8]) -> Option<MessageHead<'_>> {
    if let Some(nick) = rest.strip_prefix(b"<") {
        let end = nick.iter().take(64).position(|byte| *byte == b'>')?;
        let (author, text) = (nick[..end].trim_ascii(), nick[end + 1..].trim_ascii_start());
        return is_name(author).then_some(MessageHead { stamp, author, text, is_nick: true });
    }
    let wide = "：".as_bytes();
    let colon = rest.iter().take(64).enumerate().find_map(|(at, byte)| match byte {
        b':' if rest.get(at + 1).is_none_or(|next| *next == b' ') => Some((at, 1)),
        _ if rest[at..].starts_with(wide) => Some((at, wide.len())),
        _ => None,
    });
    let (end, len) = colon?;
    let (author, text) = (rest[..end].trim_ascii(), rest[end + len..].trim_ascii_start());
    is_name(author).then_some(MessageHead { stamp, author, text, is_nick: false })
}

/// `bob  text` and `bob<TAB>text`: one word and a wide gap.
fn padded(stamp: Stamp, rest: &[u8]) -> Option<MessageHead<'_>> {
    let end = rest.iter().take(48).position(u8::is_ascii_whitespace)?;
    let gap = &rest[end..];
    let text = gap.trim_ascii_start();
    let is_wide = gap.starts_with(b"\t") || gap.starts_with(b"  ");
    let author = &rest[..end];
    (is_wide && !text.is_empty() && is_name(author)).then_some(MessageHead { stamp, author, text, is_nick: false })
}

/// The author and then the time, which ends the line. A time alone goes on for the author above.
fn name_above(line: &[u8]) -> Option<MessageHead<'_>> {
    // The time is among the last words: no shape of one is longer than forty bytes.
    let from = line.len().saturating_sub(40);
    let starts = (from..line.len()).filter(|&at| at == 0 || line[at - 1] == b' ' || line[at - 1] == b'\t');
    let found = starts.filter_map(|at| {
        let read = match bracketed(&line[at..]) {
            Some((stamp, b"")) => Some(stamp),
            _ => parse_stamp(&line[at..]).filter(|stamp| at + stamp.len == line.len()),
        };
        read.map(|stamp| (at, stamp))
    });
    let (at, stamp) = found.min_by_key(|(at, _)| *at)?;
    let author = line[..at].trim_ascii();
    (author.is_empty() || is_name(author)).then_some(MessageHead { stamp, author, text: b"", is_nick: false })
}

/// Words that a program writes where a chat has a name, or that come before a time in a sentence.
const NO_NAMES: &[&str] = &[
    "trace", "debug", "info", "notice", "warn", "warning", "error", "err", "fatal", "critical", "crit", "panic",
    "severe", "fine", "at", "by", "from", "to", "until", "till", "since", "on", "before", "after", "around", "about",
    "is", "was",
];

/// Whether text can be a person's or a bot's name: a few words, a letter in the first, nothing that programs write. Not a judgement on
/// names: what fails here is only read as text.
fn is_name(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else { return false };
    let fits = !text.is_empty() && text.len() <= 64;
    let begins = text.starts_with(|it: char| {
        !it.is_ascii() || it.is_ascii_alphanumeric() || matches!(it, '@' | '+' | '~' | '_' | '&' | '%')
    });
    let plain = !text.contains(['/', '\\', '=', '{', '}', '[', ']', '"', '<', '>', '|', ';', '?', '!', '$', '*', ':']);
    let has_letter = text.chars().any(|it| !it.is_ascii() || it.is_ascii_alphabetic());
    let words = text.split_whitespace();
    let says_level = |word: &str| NO_NAMES.iter().any(|no| word.eq_ignore_ascii_case(no));
    let last = text.rsplit([' ', '.']).next().unwrap_or_default();
    // `ERROR lost the connection` behind a time is a program's.
    let first = text.split(' ').next().filter(|word| word.chars().all(char::is_uppercase)).unwrap_or_default();
    let is_code = text.ends_with("()") || holds(text, "->") || holds(text, "，") || holds(text, "。");
    fits && begins
        && plain
        && has_letter
        && words.count() <= 5
        && !says_level(last)
        && !says_level(text)
        && !says_level(first)
        && !is_code
}

/// What an input's head says about it as a chat.
pub(super) struct Survey {
    /// Its shape; `None` where it is no chat.
    pub(super) shape: Option<Shape>,
    /// How sure that is, 0 to 90.
    pub(super) score: u8,
    /// The order of its dates with slashes, where one proves it.
    pub(super) order: Option<Order>,
    /// Messages stand newest first.
    pub(super) descends: bool,
}

/// Counts over the head for one shape.
#[derive(Default)]
struct Tally<'a> {
    heads: u32,
    /// Heads right after a head without a line between.
    adjacent: u32,
    first_author: Option<&'a [u8]>,
    has_two_authors: bool,
    has_nick: bool,
    /// Heads with seconds or a date, which programs write too.
    exact: u32,
    dated: u32,
    ends_in_head: bool,
    begins: bool,
    ups: u32,
    downs: u32,
    before_ns: Option<i64>,
}

/// Lines up to which a single message is one.
const MAX_LONE_LINES: u32 = 8;

/// Looks at the head of an input.
pub(super) fn survey(head: &Head<'_>) -> Survey {
    let mut best = Survey { shape: None, score: 0, order: None, descends: false };
    for shape in Shape::ALL {
        let (tally, order, seen) = tally(head, shape);
        let score = score(shape, &tally, seen);
        if score > best.score {
            best = Survey { shape: Some(shape), score, order, descends: tally.downs > tally.ups };
        }
    }
    best
}

/// Counts, the order that dates prove, and how many lines were seen at the left margin.
fn tally<'a>(head: &Head<'a>, shape: Shape) -> (Tally<'a>, Option<Order>, u32) {
    let (mut tally, mut order, mut seen) = (Tally::default(), None, 0);
    let mut proves = |date: Option<Date>| order = order.or(date.and_then(Date::proves));
    for line in head.lines().filter(|line| !line.trim_ascii().is_empty()).take(SNIFFED_LINES) {
        if let Some(date) = parse_separator(line) {
            proves(date);
            tally.begins |= seen == 0;
            continue;
        }
        let is_indented = line.first().is_some_and(u8::is_ascii_whitespace);
        let read = if is_indented && shape != Shape::NameAbove { None } else { read_head(shape, line) };
        // A line that says who speaks tells a chat; so does a time in brackets and minutes, which no program writes.
        let minutes =
            |read: &MessageHead<'_>| shape == Shape::Bracketed && read.stamp.date.is_none() && !read.stamp.has_seconds;
        let Some(read) = read.filter(|read| !read.author.is_empty() || minutes(read)) else {
            seen += u32::from(!is_indented);
            tally.ends_in_head = false;
            continue;
        };
        tally.begins |= seen == 0;
        seen += 1;
        proves(read.stamp.date);
        tally.heads += 1;
        tally.adjacent += u32::from(tally.ends_in_head);
        tally.ends_in_head = true;
        tally.has_nick |= read.is_nick;
        tally.has_two_authors |= tally.first_author.is_some_and(|first| first != read.author);
        tally.first_author = tally.first_author.or(Some(read.author));
        tally.dated += u32::from(read.stamp.date.is_some());
        tally.exact += u32::from(read.stamp.date.is_some() || read.stamp.has_seconds);
        let now = read.stamp.of_day_ns;
        tally.ups += u32::from(tally.before_ns.is_some_and(|before| before < now));
        tally.downs += u32::from(tally.before_ns.is_some_and(|before| before > now));
        tally.before_ns = Some(now);
    }
    (tally, order, seen)
}

fn score(shape: Shape, tally: &Tally<'_>, seen: u32) -> u8 {
    let Tally { heads, adjacent, exact, .. } = *tally;
    if heads == 0 || !tally.begins {
        return 0;
    }
    if shape.is_above() {
        // A head and its text take turns; java.util.logging writes time and class above `INFO: text`, with seconds.
        let takes_turns = adjacent * 4 <= heads && seen >= heads + heads.div_ceil(2) && seen <= heads * 20;
        // One message with a date is a few lines that somebody copied; more are what a program wrote below a line of its own.
        let is_sure = heads >= 2 || tally.dated > 0 && seen <= MAX_LONE_LINES;
        let dotted = tally.first_author.is_some_and(|author| author.iter().filter(|byte| **byte == b'.').count() > 1);
        return if takes_turns && is_sure && !tally.ends_in_head && !dotted { 80 } else { 0 };
    }
    let share = heads * 100 / seen.max(1);
    let is_sure = match shape {
        // A program writes a date or seconds and one name; people are several.
        Shape::Bracketed => exact * 2 <= heads || tally.has_two_authors || tally.has_nick,
        _ => tally.has_nick || (heads >= 2 && exact == 0),
    };
    if is_sure && share >= 50 { 60 + (share * 30 / 100) as u8 } else { 0 }
}
