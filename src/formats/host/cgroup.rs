//! Files of control groups, version 1 and 2: limits and use of tasks and memory, counts of refusals, and which group a process is in.
//!
//! ```text
//! 4096                                                                  in a file …/kubepods/burstable/pod1/pids.max; `max` is none
//! # cat /sys/fs/cgroup/pids/kubepods/burstable/pod1/pids.current        a prompt, then the number
//! ==> /sys/fs/cgroup/system.slice/kubelet.service/pids.max <==          head and tail over several files
//! /sys/fs/cgroup/system.slice/kubelet.service/pids.current:812          grep -r . --include=pids.*
//! oom_kill 3                                                            memory.events, pids.events, cpu.stat: keys and numbers
//! 7:pids:/kubepods/burstable/pod1/8e8c                                  /proc/PID/cgroup
//! ```
//! Yields `pids.max` and `memory.max` (version 1: `memory.limit_in_bytes`, where a number near 2^63 is none) of the group that the path
//! names, what of them is in use (`pids.current`, `memory.current`), and everything as a table. Of a path the smallest
//! `pids.max` counts, which is for those to find who see all of them. `max` in `pids.events` counts forks that the limit rejected, which is
//! sighted where it is above zero; newer kernels count them in every group above too, so only the deepest ones are.
//!
//! Spec: cgroups(7), <https://docs.kernel.org/admin-guide/cgroup-v2.html>. Not supported: a bare number that no path identifies.

use super::prompt::parse_prompt;
use super::tally::{Fate, locator_of, parse_limit, parse_whole, tally, text_of, words};
use crate::evidence::{Block, Line};
use crate::formats::{Family, Format, Head, Parsed, Parser};
use crate::model::{
    EvidenceId, Limit, LimitName, LimitOrigin, LimitUse, Locator, Scope, Sighting, SightingKind, Table, WallKind,
    WallTime,
};

/// The format's descriptor.
pub static FORMAT: Format = Format { id: "cgroup", family: Family::Host, sniff, parser };

/// Files of one number.
const SINGLE: &[&str] = &[
    "pids.max",
    "pids.current",
    "pids.peak",
    "memory.max",
    "memory.high",
    "memory.current",
    "memory.peak",
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    "memory.max_usage_in_bytes",
    "memory.failcnt",
];

/// Keys that only a control group's files have.
const KEYS: &[&[u8]] = &[
    b"oom_kill",
    b"oom_group_kill",
    b"nr_periods",
    b"nr_throttled",
    b"throttled_usec",
    b"throttled_time",
    b"usage_usec",
    b"user_usec",
    b"system_usec",
    b"low",
    b"high",
    b"max",
    b"oom",
    b"nr_bursts",
    b"burst_usec",
];

fn sniff(head: &Head<'_>) -> u8 {
    let (mut n_sure, mut n_keys, mut n_values, mut n_strange) = (0u32, 0u32, 0u32, 0u32);
    for line in head.lines().map(<[u8]>::trim_ascii).filter(|line| !line.is_empty()).take(60) {
        if path_of_banner(line).is_some()
            || named_value(line).is_some()
            || asked_path(line).is_some()
            || membership(line).is_some()
        {
            n_sure += 1;
        } else if keyed(line).is_some_and(|(key, _)| KEYS.contains(&key)) {
            n_keys += 1;
        } else if value_of(line).is_some() {
            n_values += 1;
        } else {
            n_strange += u32::from(parse_prompt(line).is_none());
        }
    }
    let is_named = file_of(head.name.as_bytes()).is_some();
    match (n_sure, n_keys, n_values) {
        _ if n_strange > n_sure + n_keys => 0,
        (1.., ..) => 93,
        (0, 3.., 0) => 88,
        (0, 1.., 0) if n_strange == 0 && head.name.ends_with("pids.events") => 90,
        (0, 0, 1) if is_named && n_strange == 0 => 90,
        _ => 0,
    }
}

fn parser(evidence: EvidenceId, head: &Head<'_>) -> Box<dyn Parser> {
    let path = head.name.as_bytes();
    let is_group = file_of(path).is_some() || path.ends_with(b".events") || path.ends_with(b"cpu.stat");
    let path = if is_group { path.to_vec() } else { Vec::new() };
    Box::new(Cgroup { evidence, path, table: new_table(), rejected: Vec::new() })
}

fn new_table() -> Table {
    Table::new("cgroup", ["cgroup", "file", "value"].map(str::to_owned).to_vec())
}

/// The file of one number that a path ends in.
fn file_of(path: &[u8]) -> Option<&'static str> {
    let name = path.rsplit(|byte| matches!(byte, b'/' | b'\\')).next()?;
    SINGLE.iter().copied().find(|file| name == file.as_bytes())
}

/// The group of a path: `/kubepods/burstable/pod1` of `/sys/fs/cgroup/pids/kubepods/burstable/pod1/pids.max`.
fn group_of(path: &[u8]) -> String {
    let folder = &path[..memchr::memrchr(b'/', path).unwrap_or(0)];
    let inside = crate::model::memmem::find(folder, b"fs/cgroup").map_or(folder, |at| &folder[at + 9..]);
    const CONTROLLERS: &[&[u8]] = &[b"/pids", b"/memory", b"/cpu,cpuacct", b"/cpu", b"/unified"];
    let group = CONTROLLERS
        .iter()
        .find_map(|controller| {
            inside.strip_prefix(*controller).filter(|rest| rest.is_empty() || rest.starts_with(b"/"))
        })
        .unwrap_or(inside);
    if group.is_empty() { "/".to_owned() } else { text_of(group) }
}

fn is_of_group(path: &[u8]) -> bool {
    file_of(path).is_some()
        || crate::model::memmem::find(path, b"fs/cgroup/").is_some()
            && !path.ends_with(b"cgroup.procs")
            && !path.ends_with(b"/tasks")
}

/// `==> path <==`.
fn path_of_banner(line: &[u8]) -> Option<&[u8]> {
    super::proc_sys::banner_path(line).filter(|path| is_of_group(path))
}

/// The path that a prompt's command asks for.
fn asked_path(line: &[u8]) -> Option<&[u8]> {
    let prompt = parse_prompt(line)?;
    let mut typed = prompt.words();
    matches!(typed.next()?, b"cat" | b"head" | b"grep" | b"tail" | b"more").then_some(())?;
    typed.filter(|word| is_of_group(word)).last()
}

/// `path:value`.
fn named_value(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let colon = memchr::memrchr(b':', line)?;
    let path = &line[..colon];
    let is_path = path.contains(&b'/') && !path.contains(&b' ') && is_of_group(path);
    is_path.then(|| (path, line[colon + 1..].trim_ascii()))
}

/// `12:pids:/kubepods/…` and `0::/system.slice/…` of `/proc/PID/cgroup`: the controllers and the group.
fn membership(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = line.splitn(3, |&byte| byte == b':');
    let (number, controllers, group) = (parts.next()?, parts.next()?, parts.next()?);
    let is_list = controllers.iter().all(|byte| byte.is_ascii_lowercase() || matches!(byte, b'_' | b',' | b'='));
    (parse_whole(number)? < 100 && is_list && group.starts_with(b"/") && !group.contains(&b' '))
        .then_some((controllers, group))
}

/// `oom_kill 3`.
fn keyed(line: &[u8]) -> Option<(&[u8], u64)> {
    let mut fields = words(line);
    let (key, value) = (fields.next()?, parse_whole(fields.next()?)?);
    let is_key = key.iter().all(|byte| byte.is_ascii_lowercase() || *byte == b'_');
    (is_key && fields.next().is_none()).then_some((key, value))
}

/// A number, or `max` for none.
fn value_of(text: &[u8]) -> Option<Option<u64>> {
    if text == b"max" { Some(None) } else { parse_limit(text) }
}

struct Cgroup {
    evidence: EvidenceId,
    /// Of the file whose content comes next.
    path: Vec<u8>,
    table: Table,
    /// Groups whose limit rejected forks, and where that is said.
    rejected: Vec<(String, Locator)>,
}

impl Cgroup {
    fn read(&mut self, line: &Line<'_>, out: &mut Parsed) -> Fate {
        let text = line.bytes.trim_ascii();
        if let Some(path) = path_of_banner(text).or_else(|| asked_path(text)) {
            self.path = path.to_vec();
            return Fate::Skipped;
        }
        if let Some((controllers, group)) = membership(text) {
            self.row(&text_of(group), "/proc/PID/cgroup", &text_of(controllers), line);
            return Fate::Parsed;
        }
        if let Some((path, value)) = named_value(text) {
            let path = path.to_vec();
            return self.take(&path, value, line, out);
        }
        if keyed(text).is_some() || value_of(text).is_some() && file_of(&self.path).is_some() {
            let path = std::mem::take(&mut self.path);
            let fate = self.take(&path, text, line, out);
            self.path = path;
            return fate;
        }
        let is_prompt = text.starts_with(b"#") || parse_prompt(text).is_some_and(|prompt| prompt.is_certain);
        if is_prompt { Fate::Skipped } else { Fate::Failed }
    }

    fn take(&mut self, path: &[u8], text: &[u8], line: &Line<'_>, out: &mut Parsed) -> Fate {
        let group = group_of(path);
        let file = match file_of(path) {
            Some(file) => file.to_owned(),
            None => text_of(path.rsplit(|&byte| byte == b'/').next().unwrap_or_default()),
        };
        self.row(&group, &file, &text_of(text), line);
        if file.starts_with("pids.events") && keyed(text).is_some_and(|(key, count)| key == b"max" && count > 0) {
            self.rejected.push((group, locator_of(self.evidence, line)));
            return Fate::Parsed;
        }
        let Some(value) = value_of(text) else {
            return if keyed(text).is_some() { Fate::Parsed } else { Fate::Failed };
        };
        let locator = locator_of(self.evidence, line);
        let scope = Scope::Cgroup(group);
        let (name, is_limit) = match file.as_str() {
            "pids.max" => (LimitName::PidsMax, true),
            "memory.max" | "memory.limit_in_bytes" => (LimitName::MemoryMax, true),
            "pids.current" => (LimitName::PidsMax, false),
            "memory.current" | "memory.usage_in_bytes" => (LimitName::MemoryMax, false),
            _ => return Fate::Parsed,
        };
        if !is_limit {
            let Some(used) = value else { return Fate::Failed };
            out.uses.push(LimitUse { name, scope, used, wall: WallTime::NONE, locator });
            return Fate::Parsed;
        }
        // Version 1 knows no word for it: the highest number of whole pages.
        let value = value.filter(|bytes| name != LimitName::MemoryMax || *bytes < 1 << 62);
        out.limits.push(Limit { name, scope, value, origin: LimitOrigin::Live, soft: true, locator });
        Fate::Parsed
    }

    fn row(&mut self, group: &str, file: &str, value: &str, line: &Line<'_>) {
        let cells = [group, file, value].map(str::to_owned).to_vec();
        self.table.push(cells, locator_of(self.evidence, line));
    }
}

impl Parser for Cgroup {
    fn feed(&mut self, block: &Block<'_>, out: &mut Parsed) {
        tally(block, out, |line, out| self.read(line, out));
    }

    fn finish(&mut self, out: &mut Parsed) {
        let table = std::mem::replace(&mut self.table, new_table());
        out.tables.extend((table.n_rows > 0).then_some(table));
        let rejected = std::mem::take(&mut self.rejected);
        let is_below = |group: &str, other: &str| other.strip_prefix(group).is_some_and(|rest| rest.starts_with('/'));
        for (group, locator) in &rejected {
            if rejected.iter().all(|(other, _)| !is_below(group, other)) {
                let kind = SightingKind::PidsControllerRejected { cgroup: group.clone() };
                let (line, bytes) = (locator.lines.first, locator.bytes);
                out.sightings.push(Sighting { kind, line, bytes, subject: None, digest: 0 });
            }
        }
        out.wall_kind = WallKind::Unclocked;
    }
}

#[cfg(test)]
mod tests {
    use super::super::tally::parse_text;
    use super::*;

    fn limits(name: &str, text: &str) -> Vec<(&'static str, Option<u64>, Scope)> {
        assert!(sniff(&Head { bytes: text.as_bytes(), name, complete: true }) >= 88, "{name}: {text}");
        let parsed = parse_text(&FORMAT, name, text);
        assert_eq!(parsed.lines.failed, 0, "{text}");
        parsed.limits.into_iter().map(|limit| (limit.name.as_str(), limit.value, limit.scope)).collect()
    }

    #[test]
    fn a_group_is_named_by_its_path() {
        let pod = || Scope::Cgroup("/kubepods/burstable/pod1".to_owned());
        let path = "sys/fs/cgroup/pids/kubepods/burstable/pod1/pids.max";
        assert_eq!(limits(path, "4096\n"), [("pids.max", Some(4096), pod())]);
        assert_eq!(limits("x", &format!("# cat /{path}\nmax\n")), [("pids.max", None, pod())]);
        assert_eq!(limits("x", &format!("==> /{path} <==\n4096\n")), [("pids.max", Some(4096), pod())]);
        assert_eq!(limits("x", &format!("/{path}:4096\n")), [("pids.max", Some(4096), pod())]);
        let memory = "/sys/fs/cgroup/memory/memory.limit_in_bytes:9223372036854771712\n";
        assert_eq!(limits("x", memory), [("memory.max", None, Scope::Cgroup("/".to_owned()))]);
    }

    #[test]
    fn what_is_in_use_is_stated_once_and_keys_are_rows() {
        let text =
            "/sys/fs/cgroup/system.slice/kubelet.service/pids.current:812\n7:pids:/kubepods/pod1\n0::/init.scope\n";
        let parsed = parse_text(&FORMAT, "x", text);
        let used = &parsed.uses[0];
        let of = Scope::Cgroup("/system.slice/kubelet.service".to_owned());
        assert_eq!((used.name, &used.scope, used.used), (LimitName::PidsMax, &of, 812));
        assert_eq!(parsed.tables[0].n_rows, 3);
        let events = |of: &str, n: u32| format!("/sys/fs/cgroup{of}/pids.events:max {n}\n");
        let counts =
            events("/kubepods.slice", 41) + &events("/kubepods.slice/pod1", 41) + &events("/kubepods.slice/pod2", 0);
        let seen = parse_text(&FORMAT, "x", &counts).sightings.kept;
        let cgroup = "/kubepods.slice/pod1".to_owned();
        assert_eq!((seen.len(), &seen[0].kind), (1, &SightingKind::PidsControllerRejected { cgroup }));
        assert!(limits("x", "low 0\nhigh 0\nmax 12\noom 3\noom_kill 3\n").is_empty());
        let event = |name| sniff(&Head { bytes: b"max 381\n", name, complete: true });
        assert_eq!((event("sys/fs/cgroup/system.slice/ingest.service/pids.events"), event("unknown")), (90, 0));
        for text in ["4096\n", "max\n", "a 1\nb 2\nc 3\n", "10:15:00 /x\n"] {
            assert_eq!(sniff(&Head { bytes: text.as_bytes(), name: "unknown", complete: true }), 0, "{text}");
        }
    }
}
