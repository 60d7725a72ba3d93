//! systemd's units: `systemctl status`, `systemctl show`, `loginctl user-status`, and unit files.
//!
//! ```text
//! ● kubelet.service - kubelet: The Kubernetes Node Agent                          status
//!    Active: active (running) since Sun 2023-07-23 08:00:11 CST; 14h ago
//!     Tasks: 17 (limit: 10267)
//!    CGroup: /system.slice/kubelet.service
//! fatima (1005)                                                                   user-status, session-status: the unit follows
//!            Unit: user-1005.slice
//!           Tasks: 4090 (limit: 4096)
//! Id=kubelet.service                                                              show; units are separated by blank lines
//! TasksCurrent=17
//! TasksMax=10267                                                                  18446744073709551615 and infinity are none
//! LimitNPROC=62898
//! [Service]                                                                       a unit file: written down, not in force
//! TasksMax=512
//! ```
//! Yields TasksMax, the limits of processes and open files of the unit, and what of them is in use (`TasksCurrent`). A share
//! (`TasksMax=33%`) depends on the node and yields nothing. Log lines below a unit, and processes, are left to
//! others.
//!
//! Spec: systemctl(1), systemd.resource-control(5), systemd.exec(5). Not supported: drop-ins that several files make up together.

use super::prompt::parse_prompt;
use super::tally::{Fate, locator_of, parse_whole, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{EvidenceId, Limit, LimitName, LimitOrigin, LimitUse, Locator, Scope, WallKind, WallTime};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "systemctl", family: Family::Host, sniff, parser };

fn sniff(head: &Head<'_>) -> u8 {
    let lines = || head.lines().take(400);
    let has_unit = lines().any(|line| unit_of(line).is_some());
    let has_state = lines().any(|line| line.trim_ascii_start().starts_with(b"Active: "));
    let is_login = lines().any(is_user) && lines().any(|line| unit_of_user(line).is_some());
    if has_unit && has_state || is_login {
        return 95;
    }
    // `systemctl status docker | grep Tasks` leaves one line of it.
    let is_tasks = |line: &[u8]| line.trim_ascii_start().starts_with(b"Tasks: ");
    if head.name.starts_with("systemctl ") && lines().any(is_tasks) {
        return 90;
    }
    let is_property = |line: &[u8]| property(line).is_some();
    let has = |key: &[u8]| lines().any(|line| property(line).is_some_and(|(name, _)| name == key));
    let share = head.share(60, |line| is_property(line) || section_of(line).is_some());
    let is_shown =
        has(b"Id") || [&b"TasksCurrent"[..], b"TasksMax", b"LimitNPROC", b"DefaultTasksMax"].into_iter().any(has);
    let is_file =
        lines().any(|line| matches!(section_of(line), Some(b"Service" | b"Unit" | b"Slice" | b"Manager" | b"Scope")));
    if share >= 80 && (is_shown || is_file) { 92 } else { 0 }
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let file = head.name.rsplit(['/', '\\']).next().unwrap_or_default();
    let unit = if head.name.starts_with("systemctl ") { unit_asked(head.name) } else { Some(file.to_owned()) };
    let unit = unit.filter(|unit| UNIT_KINDS.iter().any(|kind| unit.ends_with(kind)));
    Box::new(Systemctl { evidence, unit, is_file: false, is_login: false, pending: Vec::new() })
}

const UNIT_KINDS: &[&str] = &[".service", ".slice", ".scope", ".socket", ".mount", ".timer"];

/// The unit that a command asks for: `systemctl show -p TasksMax kubelet`; a name without a kind is a service.
fn unit_asked(command: &str) -> Option<String> {
    let typed: Vec<&str> = command.split('|').next()?.split_whitespace().collect();
    let unit =
        (2..typed.len()).rev().find(|&at| !typed[at].starts_with('-') && !matches!(typed[at - 1], "-p" | "--property"));
    let unit = typed[unit?];
    Some(if unit.contains('.') { unit.to_owned() } else { [unit, ".service"].concat() })
}

/// The unit of `● kubelet.service - kubelet: …`.
fn unit_of(line: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(line).ok()?;
    let name = text.strip_prefix(['●', '○', '×', '↻', '*'])?.trim_start().split(' ').next()?;
    UNIT_KINDS.iter().any(|kind| name.ends_with(kind)).then_some(name)
}

/// `fatima (1005)`, `3 - fatima (1005)`: whose units follow.
fn is_user(line: &[u8]) -> bool {
    let id = line.strip_suffix(b")").and_then(|line| Some(&line[memchr::memrchr(b'(', line)? + 1..]));
    let is_short = words(line).count() <= 4 && line.first().is_some_and(u8::is_ascii_alphanumeric);
    is_short && id.is_some_and(|id| parse_whole(id).is_some())
}

/// The unit of `Unit: user-1005.slice`.
fn unit_of_user(line: &[u8]) -> Option<&str> {
    let name = std::str::from_utf8(line.trim_ascii().strip_prefix(b"Unit: ")?).ok()?;
    [".slice", ".scope"].iter().any(|kind| name.ends_with(kind)).then_some(name)
}

/// `TasksMax=10267`.
fn property(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = memchr::memchr(b'=', line)?;
    let key = &line[..equals];
    let is_key = key.first().is_some_and(u8::is_ascii_uppercase) && key.iter().all(u8::is_ascii_alphanumeric);
    is_key.then(|| (key, line[equals + 1..].trim_ascii()))
}

/// `[Service]`.
fn section_of(line: &[u8]) -> Option<&[u8]> {
    let name = line.trim_ascii().strip_prefix(b"[")?.strip_suffix(b"]")?;
    name.iter().all(u8::is_ascii_alphabetic).then_some(name)
}

/// A number, or none: the kernel's largest number, `infinity`.
fn value_of(text: &[u8]) -> Option<Option<u64>> {
    match text {
        b"infinity" | b"18446744073709551615" => Some(None),
        _ => parse_whole(text).map(Some),
    }
}

/// A property of a unit whose name may still come.
struct Property {
    key: Vec<u8>,
    value: Option<u64>,
    locator: Locator,
}

struct Systemctl {
    evidence: EvidenceId,
    unit: Option<String>,
    is_file: bool,
    /// A user or session, whose unit is named below.
    is_login: bool,
    pending: Vec<Property>,
}

impl Systemctl {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        if let Some(unit) = unit_of(line.bytes) {
            self.flush(out);
            self.unit = Some(unit.to_owned());
            return Fate::Parsed;
        }
        if is_user(line.bytes) {
            self.flush(out);
            (self.unit, self.is_login) = (None, true);
            return Fate::Parsed;
        }
        if let Some(unit) = unit_of_user(line.bytes).filter(|_| self.is_login) {
            self.unit = Some(unit.to_owned());
            return Fate::Parsed;
        }
        if section_of(line.bytes).is_some() {
            self.is_file = true;
            return Fate::Parsed;
        }
        if let Some((key, value)) = property(line.bytes) {
            self.take(key, value, line, out);
            return Fate::Parsed;
        }
        let text = line.bytes.trim_ascii();
        if let Some(tasks) = text.strip_prefix(b"Tasks: ") {
            // `17 (limit: 10267)`; without a limit there is no parenthesis.
            let mut fields = words(tasks);
            self.take(b"TasksCurrent", fields.next().unwrap_or_default(), line, out);
            if fields.next() == Some(b"(limit:") {
                self.take(
                    b"TasksMax",
                    fields.next().unwrap_or_default().trim_ascii_end().strip_suffix(b")").unwrap_or_default(),
                    line,
                    out,
                );
            }
            return Fate::Parsed;
        }
        if parse_prompt(line.bytes).is_some() {
            return Fate::Skipped;
        }
        // The tree of processes, the state and the last log lines.
        if self.unit.is_some() || self.is_login || text.starts_with(b"#") || text.starts_with(b";") {
            Fate::Skipped
        } else {
            Fate::Failed
        }
    }

    fn take(&mut self, key: &[u8], value: &[u8], line: &Line<'_>, out: &mut Parsed) {
        if key == b"Id" {
            if self.unit.is_some() {
                self.flush(out);
            }
            self.unit = Some(text_of(value));
            return;
        }
        if limit_of(key).is_none() && use_of(key).is_none() {
            return;
        }
        let Some(value) = value_of(value) else { return };
        if self.pending.iter().any(|known| known.key == key) {
            self.flush(out);
            self.unit = None;
        }
        let locator = locator_of(self.evidence, line);
        self.pending.push(Property { key: key.to_vec(), value, locator });
    }

    /// Emits what was learned of a unit.
    fn flush(&mut self, out: &mut Parsed) {
        let unit = self.unit.clone().unwrap_or_else(|| "unknown unit".to_owned());
        let origin = if self.is_file { LimitOrigin::Configured } else { LimitOrigin::Live };
        for Property { key, value, locator } in self.pending.drain(..) {
            let scope = Scope::Unit(unit.clone());
            match (limit_of(&key), use_of(&key), value) {
                (Some((name, soft)), ..) => out.limits.push(Limit { name, scope, value, origin, soft, locator }),
                (None, Some(name), Some(used)) => {
                    out.uses.push(LimitUse { name, scope, used, wall: WallTime::NONE, locator });
                }
                _ => {}
            }
        }
    }
}

/// The limit that a property counts against.
fn use_of(key: &[u8]) -> Option<LimitName> {
    match key {
        b"TasksCurrent" => Some(LimitName::TasksMax),
        b"MemoryCurrent" => Some(LimitName::MemoryMax),
        _ => None,
    }
}

/// The limit that a property sets, and whether it is the soft of a pair. The manager's defaults are those of no unit in particular.
fn limit_of(key: &[u8]) -> Option<(LimitName, bool)> {
    Some(match key {
        b"TasksMax" => (LimitName::TasksMax, true),
        b"LimitNPROC" => (LimitName::UlimitProcesses, false),
        b"LimitNPROCSoft" => (LimitName::UlimitProcesses, true),
        b"LimitNOFILE" => (LimitName::UlimitFiles, false),
        b"LimitNOFILESoft" => (LimitName::UlimitFiles, true),
        b"MemoryMax" => (LimitName::MemoryMax, true),
        _ => return None,
    })
}

impl Parser for Systemctl {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        self.flush(out);
        out.wall_kind = WallKind::Unclocked;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    fn limits(name: &str, text: &str) -> Vec<(&'static str, Option<u64>, Scope, LimitOrigin)> {
        assert!(sniff(&Head { bytes: text.as_bytes(), name, complete: true }) >= 90, "{text}");
        let parsed = parse_text(&FORMAT, name, text);
        parsed.limits.into_iter().map(|limit| (limit.name.as_str(), limit.value, limit.scope, limit.origin)).collect()
    }

    #[test]
    fn tasks_of_a_unit_in_three_forms() {
        let unit = || Scope::Unit("kubelet.service".to_owned());
        let status = "● kubelet.service - kubelet\n   Active: active (running)\n    Tasks: 17 (limit: 10267)\n";
        assert_eq!(limits("x", status), [("TasksMax", Some(10_267), unit(), LimitOrigin::Live)]);
        let show = "TasksCurrent=17\nTasksMax=18446744073709551615\nId=kubelet.service\n\nTasksCurrent=1\nTasksMax=5\nId=a.service\n";
        let shown = limits("x", show);
        assert_eq!(shown[0], ("TasksMax", None, unit(), LimitOrigin::Live));
        assert_eq!(shown[1].2, Scope::Unit("a.service".to_owned()));
        let first = "Id=kubelet.service\nTasksMax=7\n\nId=a.service\nTasksMax=5\n";
        assert_eq!(limits("x", first)[0], ("TasksMax", Some(7), unit(), LimitOrigin::Live));
        let shown = "TasksMax=7\nTasksCurrent=7\n";
        for command in ["show -p TasksMax kubelet", "show kubelet.service -p TasksMax", "status kubelet | grep Tasks"] {
            assert_eq!(limits(&["systemctl ", command].concat(), shown)[0].2, unit(), "{command}");
        }
        let grep = limits("systemctl status kubelet | grep Tasks", "    Tasks: 17 (limit: 10267)\n");
        assert_eq!(grep, [("TasksMax", Some(10_267), unit(), LimitOrigin::Live)]);
        let file = "[Service]\nTasksMax=512\n";
        assert_eq!(limits("etc/kubelet.service", file), [("TasksMax", Some(512), unit(), LimitOrigin::Configured)]);
    }

    #[test]
    fn what_is_in_use_is_stated_once() {
        let parsed = parse_text(&FORMAT, "x", "● kubelet.service - kubelet\n Active: active\n Tasks: 17\n");
        let of = Scope::Unit("kubelet.service".to_owned());
        assert_eq!((parsed.uses[0].name, &parsed.uses[0].scope, parsed.uses[0].used), (LimitName::TasksMax, &of, 17));
        assert_eq!(parsed.limits.len(), 0);
    }
}
