//! What the keys of exported entries say: those of loggers, as in `json_fields`, and those that log stores add.
//!
//! ```text
//! "logStreamName": "web/1"     "TimeGenerated": "2026-03-04T11:20:31Z"     "severityNumber": 17     "labels": {…}     "_source": {…}
//! ```

use super::json_fields::{Role, role_of};

/// What a key says of its value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Says {
    #[default]
    Nothing,
    Time,
    /// A time in nanoseconds, or none.
    Nanoseconds,
    /// What is beyond the second of a time.
    Fraction,
    Level,
    /// The level as OpenTelemetry counts: four numbers each, from 1 on.
    Severity,
    Message,
    /// Who wrote it: of several the least.
    Source(u8),
    /// Who wrote it is said in there, and the level of all lines of Loki's streams.
    Labels,
    /// Fields of the entry are in there.
    Fields,
    /// The key of a pair, and its value.
    Key,
    Value,
    /// Keys of rows, one of them, and rows that need none.
    Columns,
    Column,
    Rows,
}

/// Keys beyond those of loggers.
const KEYS: [(&str, Says); 61] = [
    ("timeUnixNano", Says::Time),
    ("TimeGenerated", Says::Time),
    ("EventTime", Says::Time),
    ("Date", Says::Time),
    ("Date and Time", Says::Time),
    ("日期和时间", Says::Time),
    ("TimeCreated", Says::Time),
    ("LevelDisplayName", Says::Level),
    ("级别", Says::Level),
    ("SeverityLevel", Says::Level),
    ("LogLevel", Says::Level),
    ("detected_level", Says::Level),
    ("severityNumber", Says::Severity),
    ("@message", Says::Message),
    ("Message", Says::Message),
    ("LogMessage", Says::Message),
    ("LogEntry", Says::Message),
    ("SyslogMessage", Says::Message),
    ("protoPayload", Says::Message),
    ("body", Says::Message),
    ("log", Says::Message),
    ("_raw", Says::Message),
    ("eventName", Says::Message),
    ("EventName", Says::Message),
    ("container_name", Says::Source(0)),
    ("ContainerName", Says::Source(0)),
    ("k8s.container.name", Says::Source(0)),
    ("container", Says::Source(1)),
    ("service.name", Says::Source(2)),
    ("service_name", Says::Source(2)),
    ("service", Says::Source(2)),
    ("AppRoleName", Says::Source(2)),
    ("syslog_identifier", Says::Source(2)),
    ("SYSLOG_IDENTIFIER", Says::Source(2)),
    ("Source", Says::Source(2)),
    ("来源", Says::Source(2)),
    ("ProviderName", Says::Source(2)),
    ("Service", Says::Source(2)),
    ("ProcessName", Says::Source(2)),
    ("app", Says::Source(3)),
    ("eventSource", Says::Source(3)),
    ("pod_name", Says::Source(5)),
    ("PodName", Says::Source(5)),
    ("pod", Says::Source(5)),
    ("job", Says::Source(6)),
    ("unit", Says::Source(6)),
    ("logStreamName", Says::Source(7)),
    ("@logStream", Says::Source(7)),
    ("resource", Says::Labels),
    ("labels", Says::Labels),
    ("kubernetes", Says::Labels),
    ("stream", Says::Labels),
    ("_source", Says::Fields),
    ("attributes", Says::Fields),
    ("content", Says::Fields),
    ("result", Says::Fields),
    ("field", Says::Key),
    ("key", Says::Key),
    ("value", Says::Value),
    ("columns", Says::Columns),
    ("values", Says::Rows),
];

/// The rank of a logger's name among those who wrote an entry.
const LOGGER: u8 = 4;
/// What a key, or the name of a column, says.
pub(super) fn says_of(key: &str) -> Says {
    match KEYS.iter().find(|(name, _)| *name == key) {
        Some((_, says)) => *says,
        None => match role_of(key.as_bytes()) {
            Some(Role::Time) => Says::Time,
            Some(Role::Level) => Says::Level,
            Some(Role::Message) => Says::Message,
            Some(Role::Logger) => Says::Source(LOGGER),
            Some(Role::Name) | None => Says::Nothing,
        },
    }
}
