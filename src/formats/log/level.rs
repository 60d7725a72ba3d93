//! Levels as writers spell them: words, syslog's priorities, the numbers of bunyan and pino; and where a line's head states one.

use memchr::memchr;

use crate::model::Level;

/// Words of a head that are looked at, and how far they may stand.
const WORDS: usize = 8;
const REACH: usize = 200;

/// The level that a word names, in any case; `None` where it names none.
pub(super) fn level_of_word(word: &[u8]) -> Level {
    let mut lower = [0u8; 13];
    let Some(lower) = lower.get_mut(..word.len()) else { return Level::None };
    lower.copy_from_slice(word);
    lower.make_ascii_lowercase();
    match &*lower {
        b"trace" | b"trc" => Level::Trace,
        b"debug" | b"dbg" | b"verbose" => Level::Debug,
        // PostgreSQL and lnav count them.
        [b'd', b'e', b'b', b'u', b'g', b'1'..=b'5'] => Level::Debug,
        // Windows' event viewer in Chinese (信息 警告 错误 关键), and programs (调试 严重 致命).
        b"\xe4\xbf\xa1\xe6\x81\xaf" => Level::Info,
        b"\xe8\xad\xa6\xe5\x91\x8a" => Level::Warning,
        b"\xe9\x94\x99\xe8\xaf\xaf" | b"\xe4\xb8\xa5\xe9\x87\x8d" => Level::Error,
        b"\xe5\x85\xb3\xe9\x94\xae" | b"\xe8\x87\xb4\xe5\x91\xbd" => Level::Fatal,
        b"\xe8\xb0\x83\xe8\xaf\x95" => Level::Debug,
        b"info" | b"inf" | b"information" | b"informational" => Level::Info,
        b"notice" => Level::Notice,
        b"warn" | b"warning" | b"wrn" => Level::Warning,
        b"error" | b"err" | b"severe" => Level::Error,
        b"fatal" | b"ftl" | b"critical" | b"crit" | b"alert" | b"emerg" | b"emergency" | b"panic" | b"dpanic" => {
            Level::Fatal
        }
        _ => Level::None,
    }
}

/// The level of syslog's priority or severity; the facility above it is read over.
pub(super) const fn level_of_priority(priority: u32) -> Level {
    match priority & 7 {
        0..=2 => Level::Fatal,
        3 => Level::Error,
        4 => Level::Warning,
        5 => Level::Notice,
        6 => Level::Info,
        _ => Level::Debug,
    }
}

/// The level of bunyan's and pino's number (10 trace to 60 fatal).
pub(super) const fn level_of_number(number: u32) -> Level {
    match number {
        10..20 => Level::Trace,
        20..30 => Level::Debug,
        30..40 => Level::Info,
        40..50 => Level::Warning,
        50..60 => Level::Error,
        60..100 => Level::Fatal,
        _ => Level::None,
    }
}

/// A level in a head, and where its word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stated {
    pub(super) level: Level,
    pub(super) start: usize,
    /// Behind the word and the bracket that closes it.
    pub(super) end: usize,
}

/// The level that the text behind a time states: the first word in any case, one of the next words in capitals, or one in brackets. A
/// word in small letters further on is the message's.
pub(super) fn find_level(text: &[u8]) -> Option<Stated> {
    let reach = &text[..text.len().min(REACH)];
    let mut at = 0;
    for n in 0..WORDS {
        let start = at + reach[at..].iter().position(|byte| is_part(*byte) || matches!(byte, b'[' | b'<' | b'"'))?;
        match reach[start] {
            b'"' => return None,
            open @ (b'[' | b'<') => {
                let close = if open == b'[' { b']' } else { b'>' };
                let len = memchr(close, &reach[start..])?;
                let level = match reach[start + 1..start + len].trim_ascii() {
                    // MySQL's.
                    b"Note" | b"System" => Level::Info,
                    word => level_of_word(word),
                };
                at = start + len + 1;
                if level != Level::None {
                    return Some(Stated { level, start, end: at });
                }
            }
            _ => {
                let len = reach[start..].iter().take_while(|byte| is_part(**byte)).count();
                let word = &reach[start..start + len];
                // Celery's `ERROR/ForkPoolWorker-1`.
                let word = memchr(b'/', word).map_or(word, |slash| &word[..slash]);
                let inner = word.strip_prefix("【".as_bytes()).and_then(|word| word.strip_suffix("】".as_bytes()));
                let word = inner.unwrap_or(word);
                at = start + len;
                let is_said = n == 0 || (len > 2 && word.iter().all(|byte| byte.is_ascii_uppercase()));
                let level = match word {
                    [letter] if n == 0 => level_of_letter(*letter, &reach[at..]),
                    // PostgreSQL's, of which its logs mostly are.
                    b"LOG" | b"DETAIL" | b"HINT" | b"STATEMENT" | b"CONTEXT" if reach[at..].starts_with(b":  ") => {
                        Level::Info
                    }
                    _ if is_said => level_of_word(word),
                    _ => Level::None,
                };
                if level != Level::None {
                    return Some(Stated { level, start, end: at });
                }
            }
        }
    }
    None
}

/// The level in a line of PostgreSQL's `csvlog` behind its time: the first cell of capitals that is one.
pub(super) fn level_of_cells(text: &[u8]) -> Level {
    if text.first() != Some(&b',') {
        return Level::None;
    }
    let cells = text[..text.len().min(REACH)].split(|byte| *byte == b',');
    let level = |cell: &[u8]| match cell {
        b"LOG" => Level::Info,
        _ if cell.iter().all(u8::is_ascii_uppercase) => level_of_word(cell),
        _ => Level::None,
    };
    cells.skip(5).map(level).find(|level| *level != Level::None).unwrap_or_default()
}

/// What belongs to a word: `my-ERROR.log` is one, and no level.
const fn is_part(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'$' | b'#' | b'@') || byte >= 0x80
}

/// etcd's `E | etcdserver: …` and MongoDB's `I NETWORK  [listener] …`.
fn level_of_letter(letter: u8, rest: &[u8]) -> Level {
    let is_followed = rest.starts_with(b" | ")
        || matches!(rest, [b' ', a, b, ..] if a.is_ascii_uppercase() && b.is_ascii_uppercase());
    if is_followed { level_of_initial(letter) } else { Level::None }
}

/// The level that a capital stands for.
pub(super) const fn level_of_initial(letter: u8) -> Level {
    match letter {
        b'D' => Level::Debug,
        b'I' => Level::Info,
        b'N' => Level::Notice,
        b'W' => Level::Warning,
        b'E' => Level::Error,
        b'C' | b'F' => Level::Fatal,
        _ => Level::None,
    }
}

/// The logger that stands between a level and the message: ` 1 --- [main] o.s.boot.SpringApplication : Started`. Only what no message
/// begins with is taken: a dotted name, or a word that brackets or blanks set apart.
pub(super) fn logger_after(text: &[u8]) -> &[u8] {
    let is_tight = text.first() == Some(&b':');
    let mut rest = if is_tight { &text[1..] } else { text };
    let mut is_apart = is_tight;
    // A thread or a module in brackets, a process id, Spring's rule.
    for _ in 0..4 {
        rest = rest.trim_ascii_start();
        let skipped = match rest {
            [b'[', inside @ ..] => match memchr(b']', &inside[..inside.len().min(REACH)]) {
                Some(close) => close + 2,
                None => return b"",
            },
            [b'-', b'-', b'-', ..] => 3,
            [first, ..] if first.is_ascii_digit() => {
                let len = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
                if rest.get(len) == Some(&b' ') { len } else { break }
            }
            _ => break,
        };
        is_apart = true;
        rest = &rest[skipped..];
    }
    let (name, after) = rest.split_at(name_len(rest));
    let is_dotted =
        name.iter().any(|byte| matches!(byte, b'.' | b'$')) || crate::model::memmem::find(name, b"::").is_some();
    let ends = after.first() == Some(&b':');
    let is_set_apart = matches!(after.trim_ascii_start(), [b':' | b'-', b' ', ..]) && after.first() == Some(&b' ');
    // Tomcat's `org.apache.catalina.startup.Catalina.start text`, env_logger's `payment::db] text`.
    let is_class = is_apart && name.windows(2).any(|pair| pair[0] == b'.' && pair[1].is_ascii_uppercase());
    let ends = ends || after.first() == Some(&b']') || is_class;
    let is_named =
        name.len() > 1 && name[0].is_ascii_alphabetic() && (is_set_apart || (ends && (is_dotted || is_apart)));
    if is_named { name } else { b"" }
}

/// Bytes of a name; it may hold pairs of colons (`crate::module`).
fn name_len(text: &[u8]) -> usize {
    let mut at = 0;
    while at < text.len().min(REACH) {
        at += match text[at] {
            b':' if text.get(at + 1) == Some(&b':') => 2,
            byte if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'$') => 1,
            _ => break,
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_states_its_level_and_a_message_none() {
        for (text, want) in [
            (" ERROR 1 --- [           main] o.s.boot.SpringApplication : failed", Level::Error),
            (" [main] WARN  c.e.Foo - slow", Level::Warning),
            (" [req=f91d4a84-020d-4874-9741-3979d0baf58d, org=] INFO  org.c.Filter - x", Level::Info),
            (" 148 INFO dfs.DataNode$PacketResponder: x", Level::Info),
            (":DEBUG:foo bar", Level::Debug),
            (" 25376]ERROR:somemodule:Something", Level::Error),
            (", Info                  CBS    Loaded", Level::Info),
            (" [error] 7#7: *1 upstream timed out", Level::Error),
            (" foo DEBUG  some message", Level::Debug),
            (" debug3 message", Level::Debug),
            (" E | etcdserver: publish error", Level::Error),
            (" I NETWORK  [listener] connection accepted", Level::Info),
            (" I went home", Level::None),
            (" [124] LOG:  checkpoint starting: time", Level::Info),
            (" [124] user@db FATAL:  sorry, too many clients already", Level::Fatal),
            (" 12 [Note] [MY-010068] ready", Level::Info),
            (": ERROR/ForkPoolWorker-1] Task raised", Level::Error),
            (" LOG: one blank", Level::None),
            (" some/ERROR/path", Level::None),
            (" connection error from peer", Level::None),
            (" my-ERROR-handler started", Level::None),
            (" error-handler started", Level::None),
            (" \"GET / HTTP/1.1\" ERROR", Level::None),
            (" foo garbage message", Level::None),
            ("", Level::None),
        ] {
            assert_eq!(find_level(text.as_bytes()).map_or(Level::None, |stated| stated.level), want, "{text}");
        }
    }

    #[test]
    fn a_logger_is_a_name_that_no_message_begins_with() {
        for (text, want) in [
            (" 1 --- [           main] o.s.boot.SpringApplication : failed", "o.s.boot.SpringApplication"),
            (" [main] c.e.Foo - slow", "c.e.Foo"),
            (" c.e.Foo:123 - slow", "c.e.Foo"),
            (" dfs.DataNode$PacketResponder: x", "dfs.DataNode$PacketResponder"),
            (" [main                     ] FarmApplication          : Starting", "FarmApplication"),
            (":somemodule:Something", "somemodule"),
            (" fmt::yak: shaving", "fmt::yak"),
            ("  payment::db] connected", "payment::db"),
            (
                " [main] org.apache.catalina.startup.Catalina.start Server startup",
                "org.apache.catalina.startup.Catalina.start",
            ),
            (" Failed: no such file", ""),
            (" started in 3 s", ""),
            ("", ""),
        ] {
            assert_eq!(String::from_utf8_lossy(logger_after(text.as_bytes())), want, "{text}");
        }
    }
}
