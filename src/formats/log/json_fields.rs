//! What a JSON object of a logger says, by the roles of its keys: time, level, logger. Nothing is built; a line is read once.

use super::super::dates::{parse_clf, parse_epoch, parse_slashed};
use super::super::metrics::json::{Broken, Reader};
use super::super::time::{number, parse_iso, parse_rfc1123};
use super::level::{level_of_initial, level_of_number, level_of_word};
use super::message::read_message;
use crate::model::{Level, WallTime};

/// A written time: as an instant, or without its zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Told {
    Utc(WallTime),
    Local(WallTime),
}

/// What is read of an object.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Fields<'a> {
    pub(super) time: Option<Told>,
    pub(super) level: Level,
    /// The logger, escapes as written.
    pub(super) source: &'a [u8],
    /// Whether it has a message.
    pub(super) has_message: bool,
    /// A key of time holds something that is none.
    pub(super) has_bad_time: bool,
}

impl Fields<'_> {
    /// Whether it is what a logger writes: two of time, level and message.
    pub(super) const fn is_log(&self) -> bool {
        let has_level = !matches!(self.level, Level::None);
        (self.time.is_some() && (has_level || self.has_message)) || (has_level && self.has_message)
    }
}

/// What a key stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Time,
    Level,
    Logger,
    /// A logger's name in some programs, anything in others.
    Name,
    Message,
}

/// The role of a key, where it has one.
pub(super) fn role_of(key: &[u8]) -> Option<Role> {
    Some(match key {
        b"ts"
        | b"time"
        | b"@timestamp"
        | b"timestamp"
        | b"datetime"
        | b"t"
        | b"eventTime"
        | b"@t"
        | b"asctime"
        | b"time_local"
        | b"time_iso8601"
        | b"Timestamp"
        | b"instant"
        | b"requestReceivedTimestamp"
        | b"start_time"
        | b"_time" => Role::Time,
        b"level" | b"lvl" | b"severity" | b"levelname" | b"level_name" | b"log.level" | b"loglevel" | b"@l"
        | b"SeverityText" | b"severityText" | b"Level" | b"s" => Role::Level,
        b"logger" | b"logger_name" | b"loggerName" | b"log.logger" | b"component" | b"target" => Role::Logger,
        b"name" => Role::Name,
        b"msg" | b"message" | b"@m" | b"@mt" | b"event" | b"fields" | b"Body" | b"request" | b"line"
        | b"textPayload" | b"jsonPayload" | b"requestURI" | b"_msg" | b"response_code" => Role::Message,
        _ => return None,
    })
}

/// Reads the object at hand to its end; of one that breaks off, what came before is there.
pub(super) fn read_fields<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Result<(), Broken> {
    reader.expect(b'{')?;
    let (mut is_first, mut message) = (true, &b""[..]);
    while reader.has_item(is_first, b'}')? {
        is_first = false;
        let key = reader.key()?;
        let (role, first) = (role_of(key), reader.peek()?);
        if first == b'{' && (matches!(role, Some(Role::Time)) || key == b"log") {
            read_nested(reader, fields)?;
            continue;
        }
        if role.is_none() || matches!(first, b'{' | b'[') {
            fields.has_message |= matches!(role, Some(Role::Message));
            reader.skip()?;
            continue;
        }
        let value = reader.scalar()?;
        match role {
            Some(Role::Time) if fields.time.is_none() => {
                fields.time = time_of(value);
                fields.has_bad_time |= fields.time.is_none();
            }
            Some(Role::Level) if fields.level == Level::None => fields.level = level_of(value),
            Some(Role::Logger) => fields.source = value,
            Some(Role::Name) if fields.source.is_empty() && first == b'"' => fields.source = value,
            Some(Role::Message) => {
                fields.has_message = true;
                if first == b'"' && message.is_empty() {
                    message = value;
                }
            }
            _ => {}
        }
    }
    if fields.level == Level::None {
        // What a collector puts around a line states its level.
        fields.level = read_message(message).level;
    }
    Ok(())
}

/// MongoDB's `{"$date": "…"}`, the seconds and nanoseconds of log4j and Google Cloud, the level in the Elastic schema's `log`.
fn read_nested<'a>(reader: &mut Reader<'a>, fields: &mut Fields<'a>) -> Result<(), Broken> {
    let names: [&[u8]; 6] = [b"$date", b"epochSecond", b"seconds", b"nanoOfSecond", b"nanos", b"level"];
    let [date, log4j_s, google_s, log4j_ns, google_ns, level, _] = reader.fields(&names)?;
    let ns = number(log4j_ns).or_else(|| number(google_ns)).map_or(0, i64::from);
    let told = [date, log4j_s, google_s].into_iter().find_map(time_of);
    fields.time = fields.time.or(told.map(|told| match told {
        Told::Utc(wall) => Told::Utc(WallTime(wall.0.saturating_add(ns))),
        local @ Told::Local(_) => local,
    }));
    if fields.level == Level::None {
        fields.level = level_of(level);
    }
    Ok(())
}

/// A time in words or as a number since the epoch, in quotes or not.
pub(super) fn time_of(value: &[u8]) -> Option<Told> {
    if let Some((wall, len)) = parse_epoch(value) {
        return (len == value.len()).then_some(Told::Utc(wall));
    }
    let stamp = parse_iso(value)
        .or_else(|| parse_slashed(value))
        .or_else(|| parse_clf(value))
        .or_else(|| parse_rfc1123(value))?;
    Some(stamp.utc().map_or(Told::Local(stamp.wall), Told::Utc))
}

/// A level as a word, as MongoDB's letter, or as bunyan's and pino's number.
pub(super) fn level_of(value: &[u8]) -> Level {
    match value.first() {
        Some(letter) if value.len() == 1 && letter.is_ascii_uppercase() => level_of_initial(*letter),
        Some(first) if first.is_ascii_digit() => number(value).map_or(Level::None, level_of_number),
        _ => level_of_word(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Timestamp;

    #[test]
    fn loggers_of_many_programs() {
        for (text, level, source, at) in [
            (
                r#"{"level":"error","ts":1690121000.123,"logger":"db","caller":"x.go:1","msg":"boom"}"#,
                Level::Error,
                "db",
                "2023-07-23T14:03:20.123Z",
            ),
            (
                r#"{"name":"app","hostname":"h","pid":7,"level":20,"msg":"x","time":"2023-07-23T14:03:20.243Z","v":0}"#,
                Level::Debug,
                "app",
                "2023-07-23T14:03:20.243Z",
            ),
            (
                r#"{"level":"info","time":1690121000123,"pid":17,"request":{"a":[1,{"b":"}"}]},"msg":"x"}"#,
                Level::Info,
                "",
                "2023-07-23T14:03:20.123Z",
            ),
            (
                r#"{"ts":1690121000123.456,"caller":"a.go:1","msg":"x","v":0}"#,
                Level::None,
                "",
                "2023-07-23T14:03:20.123456Z",
            ),
            (
                r#"{"@timestamp":"2023-07-23T22:03:20.5+08:00","log.level":"WARN","log.logger":"c.e.Foo","message":"x"}"#,
                Level::Warning,
                "c.e.Foo",
                "2023-07-23T14:03:20.500Z",
            ),
            (
                r#"{"severity":"CRITICAL","timestamp":"1690121000","message":"x"}"#,
                Level::Fatal,
                "",
                "2023-07-23T14:03:20Z",
            ),
            (
                r#"{"t":{"$date":"2023-07-23T14:03:20.5+00:00"},"s":"E","c":"STORAGE","msg":"x","attr":{"error":28}}"#,
                Level::Error,
                "",
                "2023-07-23T14:03:20.500Z",
            ),
            (
                r#"{"instant":{"epochSecond":1690121000,"nanoOfSecond":123000000},"level":"WARN","message":"x"}"#,
                Level::Warning,
                "",
                "2023-07-23T14:03:20.123Z",
            ),
            (
                r#"{"timestamp":{"seconds":1690121000,"nanos":5},"severity":"ERROR","textPayload":"x"}"#,
                Level::Error,
                "",
                "2023-07-23T14:03:20.000000005Z",
            ),
            (
                r#"{"@timestamp":"2023-07-23T14:03:20Z","log":{"level":"error","logger":"a"},"message":"x"}"#,
                Level::Error,
                "",
                "2023-07-23T14:03:20Z",
            ),
            (
                r#"{"labels":{"app":"pay"},"line":"level=error msg=\"x\"","timestamp":"2023-07-23T14:03:20Z"}"#,
                Level::Error,
                "",
                "2023-07-23T14:03:20Z",
            ),
            (
                r#"{"kind":"Event","level":"Metadata","verb":"get","requestURI":"/api","requestReceivedTimestamp":"2023-07-23T14:03:20Z"}"#,
                Level::None,
                "",
                "2023-07-23T14:03:20Z",
            ),
        ] {
            let mut fields = Fields::default();
            assert_eq!(read_fields(&mut Reader::new(text.as_bytes(), 0), &mut fields), Ok(()));
            let time = match fields.time {
                Some(Told::Utc(wall)) => Timestamp(wall.0).to_rfc3339(),
                other => format!("{other:?}"),
            };
            assert_eq!(
                (fields.level, std::str::from_utf8(fields.source).unwrap(), time.as_str()),
                (level, source, at),
                "{text}"
            );
            assert!(fields.is_log());
            for cut in 0..text.len() {
                let mut reader = Reader::new(&text.as_bytes()[..cut], 0);
                assert!(read_fields(&mut reader, &mut Fields::default()).is_err(), "cut at {cut}");
            }
        }
    }
}
