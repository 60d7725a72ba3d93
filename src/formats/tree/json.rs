//! JSON, one document or many, on any number of lines, in blocks cut anywhere.

use memchr::memchr3;

use super::{Fate, MAX_DEPTH, Place, Visit, count, extend, unescaped};
use crate::evidence::Block;
use crate::model::IssueCode;

/// What may come next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Between documents.
    Outside,
    /// In a line outside documents.
    Text,
    /// A document broke; waits for the next one at the beginning of a line.
    Lost,
    /// A value.
    Value,
    /// A value or the end of a list.
    FirstItem,
    /// A key or the end of a map.
    FirstKey,
    /// A key.
    Key,
    /// The colon behind a key.
    Colon,
    /// A comma or an end.
    Next,
    /// In a string; whether it is a key.
    String(bool),
    /// Behind a backslash; whether the string is a key.
    Escape(bool),
    /// In a number or word.
    Bare,
}

/// A reader at work.
pub(in crate::formats) struct JsonReader {
    state: State,
    /// Open maps (`false`) and lists (`true`).
    stack: Vec<bool>,
    token: Vec<u8>,
    /// Where the token began.
    from: Place,
    /// Offset and number of the line at hand.
    line_start: u64,
    line: u32,
    /// The line holds something of a document.
    has_token: bool,
    /// The line broke a document, or runs on behind one.
    is_failed: bool,
    /// The last byte that said something.
    last: Place,
}

impl Default for JsonReader {
    fn default() -> Self {
        Self {
            state: State::Outside,
            stack: Vec::new(),
            token: Vec::new(),
            from: Place::default(),
            line_start: 0,
            line: 1,
            has_token: false,
            is_failed: false,
            last: Place::default(),
        }
    }
}

impl JsonReader {
    /// Takes the next bytes.
    pub(in crate::formats) fn feed(&mut self, block: &Block<'_>, visit: &mut dyn Visit) {
        let bytes = block.bytes;
        let mut at = 0;
        while let Some(&byte) = bytes.get(at) {
            let here = self.here(block.offset + at as u64);
            if let State::String(is_key) = self.state {
                let run = memchr3(b'"', b'\\', b'\n', &bytes[at..]).unwrap_or(bytes.len() - at);
                extend(&mut self.token, &bytes[at..at + run]);
                at += run;
                let Some(&end) = bytes.get(at) else { break };
                match end {
                    b'"' => self.end_string(is_key, self.here(block.offset + at as u64), visit),
                    b'\\' => {
                        extend(&mut self.token, b"\\");
                        self.state = State::Escape(is_key);
                    }
                    _ => self.end_line(block.offset + at as u64, visit),
                }
                at += 1;
                continue;
            }
            if byte == b'\n' {
                if self.state == State::Bare {
                    self.end_bare(here, visit);
                }
                self.end_line(here.start, visit);
                at += 1;
                continue;
            }
            at += usize::from(self.step(byte, here, visit));
        }
    }

    /// The input has ended.
    pub(in crate::formats) fn finish(&mut self, end: u64, visit: &mut dyn Visit) {
        // A bare value that the end of the input cuts may be longer than it looks.
        if !self.stack.is_empty() && !matches!(self.state, State::Lost | State::Outside | State::Text) {
            visit.out().issues.add(IssueCode::TruncatedDocument, self.last.last, self.last.start);
            visit.abandon();
        }
        if end > self.line_start {
            self.end_line(end, visit);
        }
    }

    const fn here(&self, byte: u64) -> Place {
        Place { start: byte, end: byte + 1, first: self.line, last: self.line }
    }

    /// Takes a byte; `false` where it must be looked at again.
    fn step(&mut self, byte: u8, here: Place, visit: &mut dyn Visit) -> bool {
        let is_blank = byte.is_ascii_whitespace();
        match (self.state, byte) {
            (State::Text, _) => extend(&mut self.token, &[byte]),
            (State::Escape(is_key), _) => {
                extend(&mut self.token, &[byte]);
                self.state = State::String(is_key);
            }
            (State::Bare, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'+' | b'-') => {
                extend(&mut self.token, &[byte]);
                self.last = here;
            }
            (State::Bare, _) => {
                self.end_bare(here, visit);
                return false;
            }
            (State::Lost, b'{' | b'[') if here.start == self.line_start => {
                self.state = State::Outside;
                return false;
            }
            (State::Lost, _) => self.is_failed |= !is_blank,
            // What begins a line of a log tells whether it goes on the one above.
            (state, _) if is_blank && (state != State::Outside || self.has_token || !visit.takes_text()) => {}
            (State::Outside, b'{' | b'[') if self.has_token || !visit.takes_text() => self.open(byte, here, visit),
            (State::Outside, _) => {
                self.is_failed |= self.has_token;
                self.token.clear();
                extend(&mut self.token, &[byte]);
                self.state = State::Text;
            }
            (State::Value | State::FirstItem, b'{' | b'[') => self.open(byte, here, visit),
            (State::Value | State::FirstItem, b'"') => self.begin(State::String(false), here),
            (State::FirstItem, b']') | (State::FirstKey, b'}') => self.close(here, visit),
            (State::FirstKey | State::Key, b'"') => self.begin(State::String(true), here),
            (State::Colon, b':') => self.go(State::Value, here),
            (State::Next, b',') => {
                let is_list = self.stack.last().copied().unwrap_or(false);
                self.go(if is_list { State::Value } else { State::Key }, here);
            }
            (State::Next, b']' | b'}') if self.stack.last() == Some(&(byte == b']')) => self.close(here, visit),
            (State::Value | State::FirstItem, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-') => {
                self.begin(State::Bare, here);
                extend(&mut self.token, &[byte]);
            }
            _ => self.lose(here, visit),
        }
        true
    }

    const fn go(&mut self, state: State, here: Place) {
        self.state = state;
        self.has_token = true;
        self.last = here;
    }

    fn begin(&mut self, state: State, here: Place) {
        self.go(state, here);
        self.token.clear();
        self.from = here;
    }

    fn open(&mut self, byte: u8, here: Place, visit: &mut dyn Visit) {
        if self.stack.len() == MAX_DEPTH {
            return self.lose(here, visit);
        }
        let is_list = byte == b'[';
        self.stack.push(is_list);
        self.go(if is_list { State::FirstItem } else { State::FirstKey }, here);
        visit.open(is_list, here);
    }

    fn close(&mut self, here: Place, visit: &mut dyn Visit) {
        self.stack.pop();
        self.go(if self.stack.is_empty() { State::Outside } else { State::Next }, here);
        visit.close(here);
    }

    fn end_string(&mut self, is_key: bool, here: Place, visit: &mut dyn Visit) {
        self.go(if is_key { State::Colon } else { State::Next }, here);
        let text = unescaped(&self.token);
        let place = self.from.to(here);
        if is_key { visit.key(&text, place) } else { visit.scalar(&text, false, place) }
    }

    fn end_bare(&mut self, here: Place, visit: &mut dyn Visit) {
        self.state = State::Next;
        let place = Place { end: here.start, ..self.from };
        let text = String::from_utf8_lossy(&self.token);
        visit.scalar(&text, text == "null", place);
    }

    fn lose(&mut self, here: Place, visit: &mut dyn Visit) {
        visit.out().issues.add(IssueCode::TruncatedDocument, here.first, here.start);
        visit.abandon();
        self.stack.clear();
        self.state = State::Lost;
        self.is_failed = true;
    }

    /// The line ends before `end`.
    fn end_line(&mut self, end: u64, visit: &mut dyn Visit) {
        let is_text = self.state == State::Text;
        let is_inside = matches!(self.state, State::String(_) | State::Escape(_));
        let fate = if self.is_failed {
            Fate::Failed
        } else if is_text {
            let place = Place { start: self.line_start, end, first: self.line, last: self.line };
            let line = String::from_utf8_lossy(self.token.trim_ascii_end());
            visit.between(&line, place)
        } else if self.has_token || is_inside {
            Fate::Parsed
        } else {
            Fate::Skipped
        };
        count(visit.out(), fate);
        if self.is_failed && is_text || fate == Fate::Failed && self.state != State::Lost {
            visit.out().issues.add(IssueCode::UnparsedLines, self.line, self.line_start);
        }
        if is_text {
            self.state = State::Outside;
        }
        if let State::Escape(is_key) = self.state {
            self.state = State::String(is_key);
        }
        (self.has_token, self.is_failed) = (false, false);
        self.line_start = end + 1;
        self.line = self.line.saturating_add(1);
    }
}
