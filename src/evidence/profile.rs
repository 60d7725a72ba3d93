//! Go's profiles as they are downloaded (`goroutine`, `threadcreate`, `heap`, …): the protobuf of pprof, made the text that Go itself prints
//! of them, so that one reader reads both and what is cited can be read by people.
//!
//! ```text
//! 0a 09 08 01 10 02 …   sample_type { type: "goroutine" unit: "count" }   12 …   sample { location_id, value, label }   … string_table
//! ```
//! Goroutines and threads become a `goroutine profile: total 812` with its stacks, the largest count first. Any other profile becomes a
//! table of the functions that its samples end in, with their sums. The time at which it was taken ends the first line.
//!
//! Format: <https://github.com/google/pprof/blob/main/proto/profile.proto>. What a profile refers to and does not hold is left out; a
//! message that breaks off ends the reading there, and the total tells that something is missing.

use std::collections::HashMap;
use std::fmt::Write as _;

use crate::model::Timestamp;
use crate::model::sort::Order as _;

/// Text that comes of one profile at most: a few bytes can name the same long stack again and again.
const MAX_TEXT: usize = 64 << 20;
/// Rows of the table of functions.
const MAX_ROWS: usize = 200;
/// Frames of a stack.
const MAX_DEPTH: usize = 1024;
/// Labels of a sample.
const MAX_LABELS: usize = 64;
/// Bytes of a name.
const MAX_NAME: usize = 4096;

/// Whether bytes begin as a profile does: with what its samples count, as two numbers of texts.
#[must_use]
pub fn is_profile(head: &[u8]) -> bool {
    let mut reader = Message(head);
    let Some((1, Value::Bytes(first))) = reader.field() else { return false };
    let mut fields = Message(first);
    let mut n_known = 0;
    while !fields.0.is_empty() {
        match fields.field() {
            Some((1 | 2, Value::Number(text))) if text < 1 << 20 => n_known += 1,
            _ => return false,
        }
    }
    // What follows is another type, a sample, or the period's type where there are no samples.
    let next = reader.0.first();
    n_known > 0 && first.len() <= 8 && matches!(next, Some(0x0a | 0x12 | 0x1a | 0x22 | 0x2a | 0x32 | 0x5a))
}

/// A profile as text; `None` where the bytes hold none.
#[must_use]
pub fn text_of_profile(bytes: &[u8]) -> Option<String> {
    let profile = Profile::read(bytes)?;
    let kind = profile.types.first().map(|(kind, _)| profile.text(*kind))?;
    Some(match kind.as_str() {
        "goroutine" | "goroutineleak" | "threadcreate" => profile.stacks(&kind),
        _ => profile.functions(),
    })
}

/// A field's value.
enum Value<'a> {
    Number(u64),
    Bytes(&'a [u8]),
}

/// The rest of a message.
struct Message<'a>(&'a [u8]);

impl<'a> Message<'a> {
    /// The next field with its number; `None` at the end, or where the message breaks off.
    fn field(&mut self) -> Option<(u64, Value<'a>)> {
        let tag = self.varint()?;
        let value = match tag & 7 {
            0 => Value::Number(self.varint()?),
            1 => self.take(8).map(|_| Value::Number(0))?,
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                Value::Bytes(self.take(len)?)
            }
            5 => self.take(4).map(|_| Value::Number(0))?,
            _ => return None,
        };
        Some((tag >> 3, value))
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(taken)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut number = 0u64;
        for (index, &byte) in self.0.iter().enumerate().take(10) {
            number |= u64::from(byte & 0x7f) << (7 * index);
            if byte < 0x80 {
                self.0 = &self.0[index + 1..];
                return Some(number);
            }
        }
        None
    }
}

/// Numbers of a repeated field: packed, or one by one.
fn numbers(value: &Value<'_>, mut see: impl FnMut(u64)) {
    match value {
        Value::Number(number) => see(*number),
        Value::Bytes(bytes) => {
            let mut packed = Message(bytes);
            while let Some(number) = packed.varint() {
                see(number);
            }
        }
    }
}

#[derive(Default)]
struct Location {
    address: u64,
    /// Function and line, innermost first.
    lines: Vec<(u64, u64)>,
}

#[derive(Default)]
struct Sample {
    locations: Vec<u64>,
    values: Vec<u64>,
    /// Key and value.
    labels: Vec<(u64, u64)>,
}

/// What messages say of ids. One kind of map serves all: each kind is compiled anew.
struct ById<T> {
    index_of: HashMap<u64, usize>,
    rows: Vec<T>,
}

impl<T> Default for ById<T> {
    fn default() -> Self {
        Self { index_of: HashMap::new(), rows: Vec::new() }
    }
}

impl<T> ById<T> {
    /// Of one id the last one counts.
    fn insert(&mut self, id: u64, row: T) {
        self.index_of.insert(id, self.rows.len());
        self.rows.push(row);
    }

    fn get(&self, id: u64) -> Option<&T> {
        self.rows.get(*self.index_of.get(&id)?)
    }
}

/// What a profile holds, as numbers of texts.
#[derive(Default)]
struct Profile<'a> {
    /// What is counted, in which unit.
    types: Vec<(u64, u64)>,
    samples: Vec<Sample>,
    locations: ById<Location>,
    /// Name and file.
    functions: ById<(u64, u64)>,
    texts: Vec<&'a [u8]>,
    time_ns: u64,
}

impl<'a> Profile<'a> {
    fn read(bytes: &'a [u8]) -> Option<Self> {
        if !is_profile(bytes) {
            return None;
        }
        let mut profile = Self::default();
        let mut message = Message(bytes);
        while let Some((number, value)) = message.field() {
            match (number, value) {
                (1, Value::Bytes(bytes)) => profile.types.push(pair(bytes, 1, 2)),
                (2, Value::Bytes(bytes)) => profile.samples.push(sample(bytes)),
                (4, Value::Bytes(bytes)) => {
                    let (id, location) = location(bytes);
                    profile.locations.insert(id, location);
                }
                (5, Value::Bytes(bytes)) => {
                    let (id, _) = pair(bytes, 1, 2);
                    profile.functions.insert(id, pair(bytes, 2, 4));
                }
                (6, Value::Bytes(bytes)) => profile.texts.push(bytes),
                (9, Value::Number(time_ns)) => profile.time_ns = time_ns,
                _ => {}
            }
        }
        (!profile.texts.is_empty()).then_some(profile)
    }

    /// A text without what would break the lines it is written into.
    fn text(&self, id: u64) -> String {
        let bytes = usize::try_from(id).ok().and_then(|id| self.texts.get(id)).copied().unwrap_or_default();
        String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_NAME)])
            .chars()
            .map(|one| if one.is_control() { ' ' } else { one })
            .collect()
    }

    /// When it was taken, as it ends the first line.
    fn stamp(&self) -> String {
        match i64::try_from(self.time_ns) {
            Ok(time_ns) if time_ns > 0 => format!(" at {}", Timestamp(time_ns).to_rfc3339()),
            _ => String::new(),
        }
    }

    /// The frames of a sample from the innermost on: address, function, file and line.
    fn frames(&self, sample: &Sample) -> impl Iterator<Item = (u64, u64, u64, u64)> {
        let locations = sample.locations.iter().take(MAX_DEPTH).filter_map(|id| self.locations.get(*id));
        let lines = locations.flat_map(|location| location.lines.iter().map(|line| (location.address, *line)));
        lines.take(MAX_DEPTH).filter_map(|(address, (function, line))| {
            let (name, file) = self.functions.get(function)?;
            Some((address, *name, *file, line))
        })
    }

    /// As Go prints it with `debug=1`.
    fn stacks(&self, kind: &str) -> String {
        let count = |sample: &Sample| sample.values.first().copied().unwrap_or(0);
        let total = self.samples.iter().map(count).fold(0u64, u64::saturating_add);
        let mut out = format!("{kind} profile: total {total}{}\n", self.stamp());
        let mut order: Vec<&Sample> = self.samples.iter().collect();
        // Go prints the largest first; among equals the profile's order says as much as any other.
        order.order_by_key(|sample| std::cmp::Reverse(count(sample)));
        for sample in order {
            if out.len() > MAX_TEXT {
                break;
            }
            let _ = write!(out, "{} @", count(sample));
            for location in sample.locations.iter().take(MAX_DEPTH).filter_map(|id| self.locations.get(*id)) {
                let _ = write!(out, " {:#x}", location.address);
            }
            out.push('\n');
            if !sample.labels.is_empty() {
                let labels = sample.labels.iter().take(MAX_LABELS);
                let labels = labels.map(|(key, value)| format!("{:?}:{:?}", self.text(*key), self.text(*value)));
                let _ = writeln!(out, "# labels: {{{}}}", labels.collect::<Vec<_>>().join(", "));
            }
            for (address, name, file, line) in self.frames(sample) {
                let _ = writeln!(out, "#\t{address:#x}\t{}\t{}:{line}", self.text(name), self.text(file));
            }
            out.push('\n');
        }
        out
    }

    /// Sums by the function that samples end in.
    fn functions(&self) -> String {
        let types = self.types.iter().map(|(kind, unit)| format!("{} ({})", self.text(*kind), self.text(*unit)));
        let types: Vec<String> = types.collect();
        let mut rows: Vec<(u64, Vec<u64>)> = Vec::new();
        let mut index_of: HashMap<u64, usize> = HashMap::new();
        for sample in &self.samples {
            let innermost = self.frames(sample).next().map_or(0, |(_, name, _, _)| name);
            let index = *index_of.entry(innermost).or_insert(rows.len());
            if index == rows.len() {
                rows.push((innermost, vec![0; types.len()]));
            }
            for (sum, value) in rows[index].1.iter_mut().zip(&sample.values) {
                *sum = sum.saturating_add(*value);
            }
        }
        // By what the profile is opened for: the last of its types.
        rows.order_by_key(|(name, sums)| (std::cmp::Reverse(sums.last().copied().unwrap_or(0)), *name));
        let mut out = format!("pprof profile: {} samples{}\n", self.samples.len(), self.stamp());
        let _ = writeln!(out, "{}\tfunction", types.join("\t"));
        for (function, sums) in rows.iter().take(MAX_ROWS) {
            for sum in sums {
                let _ = write!(out, "{sum}\t");
            }
            let name = self.text(*function);
            let _ = writeln!(out, "{}", if name.is_empty() { "?" } else { &name });
        }
        out
    }
}

/// Two numbers of a message.
fn pair(bytes: &[u8], first: u64, second: u64) -> (u64, u64) {
    let (mut message, mut pair) = (Message(bytes), (0, 0));
    while let Some((number, value)) = message.field() {
        match value {
            Value::Number(value) if number == first => pair.0 = value,
            Value::Number(value) if number == second => pair.1 = value,
            _ => {}
        }
    }
    pair
}

fn sample(bytes: &[u8]) -> Sample {
    let (mut message, mut sample) = (Message(bytes), Sample::default());
    while let Some((number, value)) = message.field() {
        match (number, &value) {
            (1, value) => numbers(value, |id| sample.locations.push(id)),
            (2, value) => numbers(value, |value| sample.values.push(value)),
            (3, Value::Bytes(label)) => sample.labels.push(pair(label, 1, 2)),
            _ => {}
        }
    }
    sample
}

fn location(bytes: &[u8]) -> (u64, Location) {
    let (mut message, mut id, mut location) = (Message(bytes), 0, Location::default());
    while let Some((number, value)) = message.field() {
        match (number, value) {
            (1, Value::Number(number)) => id = number,
            (3, Value::Number(address)) => location.address = address,
            (4, Value::Bytes(line)) => location.lines.push(pair(line, 1, 2)),
            _ => {}
        }
    }
    (id, location)
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    fn varint(mut number: u64, out: &mut Vec<u8>) {
        while number >= 0x80 {
            out.push(number as u8 | 0x80);
            number >>= 7;
        }
        out.push(number as u8);
    }

    fn number(field: u64, value: u64) -> Vec<u8> {
        let mut out = Vec::new();
        varint(field << 3, &mut out);
        varint(value, &mut out);
        out
    }

    fn bytes(field: u64, value: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        varint(field << 3 | 2, &mut out);
        varint(value.len() as u64, &mut out);
        out.extend_from_slice(value);
        out
    }

    fn packed(field: u64, values: &[u64]) -> Vec<u8> {
        let mut inside = Vec::new();
        values.iter().for_each(|value| varint(*value, &mut inside));
        bytes(field, &inside)
    }

    /// 640 goroutines that wait on a condition with a label, 2 that poll, inlined once; or the same as another kind of profile.
    fn sample_profile(kind: &str) -> Vec<u8> {
        let texts =
            ["", kind, "count", "queue", "orders", "sync.runtime_notifyListWait", "/go/sema.go", "main.take", "/x.go"];
        let label = [number(1, 3), number(2, 4)].concat();
        let line = |function, line| bytes(4, &[number(1, function), number(2, line)].concat());
        let location = |id, address, lines: &[Vec<u8>]| {
            bytes(4, &[number(1, id), number(2, 1), number(3, address), lines.concat()].concat())
        };
        let function =
            |id, name, file| bytes(5, &[number(1, id), number(2, name), number(3, name), number(4, file)].concat());
        let mut all = vec![
            bytes(1, &[number(1, 1), number(2, 2)].concat()),
            bytes(2, &[packed(1, &[2]), packed(2, &[2])].concat()),
            bytes(2, &[packed(1, &[1, 2]), packed(2, &[640]), bytes(3, &label)].concat()),
            location(1, 0x46_c1cf, &[line(1, 569)]),
            location(2, 0x6f_01aa, &[line(2, 9), line(2, 3)]),
            function(1, 5, 6),
            function(2, 7, 8),
        ];
        all.extend(texts.iter().map(|text| bytes(6, text.as_bytes())));
        all.push(number(9, 1_690_121_000_000_000_000));
        all.concat()
    }

    #[test]
    fn goroutines_are_written_as_go_prints_them() {
        assert_eq!(
            text_of_profile(&sample_profile("goroutine")).expect("a profile"),
            "goroutine profile: total 642 at 2023-07-23T14:03:20Z\n\
             640 @ 0x46c1cf 0x6f01aa\n# labels: {\"queue\":\"orders\"}\n\
             #\t0x46c1cf\tsync.runtime_notifyListWait\t/go/sema.go:569\n\
             #\t0x6f01aa\tmain.take\t/x.go:9\n#\t0x6f01aa\tmain.take\t/x.go:3\n\n\
             2 @ 0x6f01aa\n#\t0x6f01aa\tmain.take\t/x.go:9\n#\t0x6f01aa\tmain.take\t/x.go:3\n\n"
        );
    }

    #[test]
    fn other_profiles_become_a_table_of_functions() {
        assert_eq!(
            text_of_profile(&sample_profile("inuse_space")).expect("a profile"),
            "pprof profile: 2 samples at 2023-07-23T14:03:20Z\ninuse_space (count)\tfunction\n\
             640\tsync.runtime_notifyListWait\n2\tmain.take\n"
        );
    }

    #[test]
    fn damage_ends_the_reading_and_nothing_else_is_a_profile() {
        let whole = sample_profile("goroutine");
        for cut in 0..whole.len() {
            let _ = text_of_profile(&whole[..cut]);
            let mut damaged = whole.clone();
            damaged[cut] = 0xff;
            let _ = text_of_profile(&damaged);
        }
        for text in
            [&b""[..], b"\n", b"\n\x04text", b"goroutine profile: total 1\n", b"\x0a\x04\x08\x01\x10\x02", &[0x0a; 64]]
        {
            assert!(!is_profile(text), "{text:?}");
        }
        // Locations that are not there, and numbers without end.
        assert!(text_of_profile(&[&whole[..8], &[0x12, 0x02, 0x0a, 0xff][..]].concat()).is_none());
    }
}
