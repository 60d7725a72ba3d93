//! One scan over the text for all literals that rules ask for, whatever the format.
//!
//! A few rare words are searched for in one pass; only a line that holds one is looked at, once, however many it has.

mod eviction;
mod files;
pub(super) mod gaps;
mod mention;
mod names;
mod oom;

use memchr::{memchr, memchr_iter, memrchr};

use self::mention::{Care, is_only_told};
use super::time::number;
use super::words::Hit;
use crate::evidence::Block;
use crate::evidence::guard::MAX_LINE_BYTES;
use crate::model::sighting::{CEPH_TROUBLE, refuses_a_task};
use crate::model::{ByteRange, Parsed, RecordTable, Sighting, SightingKind};

/// Judges, how far their words can be taken at their word, and the words that let a line be shown to them. The shortest word decides how
/// fast all are searched for.
const JUDGES: [(Judge, Care, &[&str]); 19] = [
    (judge_thread, Care::Quoted, &["new OS thread", "native thread", "start new thread", "pthread_create failed"]),
    (judge_ulimit_hint, Care::Quoted, &["max user processes"]),
    (judge_newosproc, Care::Quoted, &["error: newosproc"]),
    (
        judge_unavailable,
        Care::Errno,
        &["esource temporarily unavailable", "资源暂时不可用", "資源暫時無法取得", "essource ist zur Zeit nicht verf"],
    ),
    (judge_pids_controller, Care::Quoted, &["cgroup: fork rejected by pids controller in "]),
    (judge_probe, Care::None, &["robe failed", "robe errored", "ness probe for \"", "liveness probe, will"]),
    (judge_pleg, Care::Quoted, &["pleg was last seen active "]),
    (judge_conntrack, Care::Quoted, &[": table full, dropping packet"]),
    (judge_file_max, Care::Quoted, &["VFS: file-max limit "]),
    (
        files::judge,
        Care::Errno,
        &[
            "oo many open files",
            "o space left on device",
            "of inotify ",
            "inotify watch limit",
            "of file watchers reached",
        ],
    ),
    (judge_ceph, Care::None, &["HEALTH_WARN", "HEALTH_ERR ", "Health check failed: ", "] OSD_DOWN: ", "] POOL_FULL: "]),
    (judge_hidden, Care::None, &["***HIDDEN***"]),
    (eviction::judge, Care::None, &["viction manager: "]),
    (names::judge, Care::Quoted, &names::WORDS),
    (oom::judge_invoked, Care::None, &["invoked oom-killer", "oom-kill:constraint="]),
    (
        oom::judge_unit,
        Care::Quoted,
        &[
            ": A process of this unit has been killed",
            ": Failed with result 'oom-kill'",
            "(Result: oom-kill)",
            "TaskOOM event ",
            "]: Killed /",
        ],
    ),
    (oom::judge_stats, Care::None, &["emory cgroup stats for "]),
    (oom::judge_usage, Care::None, &["memory: usage "]),
    (
        oom::judge_kill,
        Care::Quoted,
        &[
            "of memory: Kill",
            "Killed process ",
            ": OOMKilled",
            "reason=\"OOMKilled",
            "OOM encountered, victim process: ",
        ],
    ),
];

/// Says what a line shows.
type Judge = fn(&[u8], &mut dyn FnMut(SightingKind));

/// Shows lines to judges.
pub(super) struct Scanner {
    /// The judge of each word.
    judges: Vec<usize>,
}

impl Default for Scanner {
    fn default() -> Self {
        let judges = JUDGES.iter().enumerate().flat_map(|(judge, (.., words))| words.iter().map(move |_| judge));
        Self { judges: judges.collect() }
    }
}

impl Scanner {
    /// The words to be searched for.
    pub(super) fn words() -> impl Iterator<Item = &'static str> + Clone {
        JUDGES.iter().flat_map(|(.., words)| *words).copied()
    }

    /// Takes a block of whole lines and where its words stand, in order; reports what it shows in file order, each kind at most once per line,
    /// or per record where several share one.
    pub(super) fn scan(&self, block: &Block<'_>, hits: impl Iterator<Item = Hit>, out: &mut Parsed) {
        let Parsed { records, sightings, .. } = out;
        each_line(block, hits, Some(records), |shown, line, bytes, words| {
            let mut asked = [false; JUDGES.len()];
            words.iter().for_each(|word| asked[self.judges[*word]] = true);
            for ((judge, care, words), _) in JUDGES.iter().zip(asked).filter(|(_, is_asked)| *is_asked) {
                let at = words.iter().filter_map(|word| find_in(shown, word)).min();
                if at.is_some_and(|at| is_only_told(shown, at, *care)) {
                    continue;
                }
                let digest =
                    shown.iter().fold(0x811c_9dc5, |sum: u32, byte| (sum ^ u32::from(*byte)).wrapping_mul(0x0100_0193));
                judge(shown, &mut |kind| {
                    sightings.push(Sighting { kind, line, bytes, subject: pod_of(shown), digest })
                });
            }
        });
    }
}

/// Shows each line of a block that holds words: the line, its number, its bytes and the words.
fn each_line(
    block: &Block<'_>,
    hits: impl Iterator<Item = Hit>,
    records: Option<&RecordTable>,
    mut show: impl FnMut(&[u8], u32, ByteRange, &[usize]),
) {
    let text = block.bytes;
    let mut hits = hits.peekable();
    let mut words = Vec::new();
    while let Some(Hit { at, word, line }) = hits.next() {
        let at = (at - block.offset) as usize;
        let mut start = memrchr(b'\n', &text[..at]).map_or(0, |end| end + 1);
        let mut end = memchr(b'\n', &text[at..]).map_or(text.len(), |end| at + end);
        let line = line.saturating_add(1);
        if let Some(records) = records {
            let share = records.share_of_line(line, block.offset + at as u64);
            let inside = |byte: u64| usize::try_from(byte.saturating_sub(block.offset)).unwrap_or(usize::MAX);
            (start, end) = (start.max(inside(share.start)), end.min(inside(share.end)));
        }
        // As far as parsers look at a line, so that it does not matter where a slice cuts a longer one.
        let shown = text[start..end].strip_suffix(b"\r").unwrap_or(&text[start..end]);
        let shown = &shown[..shown.len().min(MAX_LINE_BYTES)];
        let bytes = ByteRange { start: block.offset + start as u64, end: block.offset + (start + shown.len()) as u64 };
        words.clear();
        words.push(word.into());
        while let Some(Hit { word, .. }) = hits.next_if(|hit| hit.at < block.offset + end as u64) {
            words.push(word.into());
        }
        show(shown, line, bytes, &words);
    }
}

/// Where a literal stands in a line. No searcher is built: lines are short, and most of their bytes differ from the literal's first.
fn find_in(line: &[u8], literal: &str) -> Option<usize> {
    let literal = literal.as_bytes();
    memchr_iter(*literal.first()?, line).find(|&at| line[at..].starts_with(literal))
}

fn has(line: &[u8], literal: &str) -> bool {
    find_in(line, literal).is_some()
}

/// What follows a literal.
fn after<'a>(line: &'a [u8], literal: &str) -> Option<&'a [u8]> {
    find_in(line, literal).map(|at| &line[at + literal.len()..])
}

/// The number that follows a literal.
fn number_after(line: &[u8], literal: &str) -> Option<u32> {
    let rest = after(line, literal)?;
    let n_digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    number(&rest[..n_digits])
}

/// The pod a line names as `namespace/pod`: structured (`pod="kube-system/calico-node-xx"`) or before that (`"web_shop(1):web"`).
fn pod_of(line: &[u8]) -> Option<String> {
    let quoted = |rest: &[u8]| {
        let end = memchr::memchr2(b'"', b'\\', rest)?;
        std::str::from_utf8(&rest[..end]).ok().filter(|name| !name.is_empty()).map(str::to_owned)
    };
    // As it is, and inside the string of a JSON object.
    if let Some(rest) = after(line, " pod=\"").or_else(|| after(line, " pod=\\\"")) {
        return quoted(rest);
    }
    if let Some(rest) = after(line, " object=\"").filter(|_| has(line, " kind=\"Pod\"")) {
        return quoted(rest);
    }
    if let Some(name) = eviction::pod_of(line) {
        return Some(name);
    }
    let old = ["robe for \"", "pod \"", "Pod \""].iter().find_map(|head| after(line, head)).and_then(quoted)?;
    of_old_name(&old)
}

/// `namespace/pod` of what kubelet printed before structured logging: `web-1_shop(0b6d…):web`.
fn of_old_name(old: &str) -> Option<String> {
    let (name, namespace) = old.split('(').next()?.rsplit_once('_')?;
    Some(format!("{namespace}/{name}"))
}

fn judge_thread(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    if let Some(rest) = after(line, "failed to create new OS thread") {
        see(SightingKind::GoThreadCreateFailed {
            have: number_after(rest, "(have "),
            errno: number_after(rest, "errno="),
        });
    }
    // The JVM's words before and after version 9, Python's, cgo's and glibc's.
    let native = [
        "unable to create new native thread",
        "unable to create native thread",
        "can't start new thread",
        "pthread_create failed",
    ];
    if native.iter().any(|literal| has(line, literal)) {
        see(SightingKind::NativeThreadFailed);
    }
}

fn judge_ulimit_hint(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    if has(line, "may need to increase max user processes") {
        see(SightingKind::GoUlimitHint);
    }
}

fn judge_newosproc(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    if has(line, "fatal error: newosproc") {
        see(SightingKind::GoNewosproc);
    }
}

fn judge_unavailable(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    // What glibc says in Chinese and German, as a shell prints it.
    let translated = ["资源暂时不可用", "資源暫時無法取得", "Die Ressource ist zur Zeit nicht verfügbar"];
    let said = translated.iter().find_map(|words| find_in(line, words).map(|at| (at, words.len())));
    let in_english =
        said.map(|(at, len)| [&line[..at], b"Resource temporarily unavailable", &line[at + len..]].concat());
    if refuses_a_task(in_english.as_deref().unwrap_or(line)) {
        see(SightingKind::ResourceUnavailable);
    }
}

fn judge_pids_controller(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    if let Some(rest) = after(line, "cgroup: fork rejected by pids controller in ") {
        // Inside JSON the text ends at its quote or at an escape.
        let ends = |byte: &u8| byte.is_ascii_whitespace() || matches!(byte, b'"' | b'\\' | b'\'');
        let end = rest.iter().position(ends).unwrap_or(rest.len());
        see(SightingKind::PidsControllerRejected { cgroup: String::from_utf8_lossy(&rest[..end]).into_owned() });
    }
}

/// The word stands for what Troubleshoot's redactors took out.
fn judge_hidden(_line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    see(SightingKind::Hidden);
}

fn judge_conntrack(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    if has(line, "conntrack: table full, dropping packet") {
        see(SightingKind::ConntrackFull);
    }
}

fn judge_file_max(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    if after(line, "VFS: file-max limit ").is_some_and(|rest| has(rest, " reached")) {
        see(SightingKind::FileMaxReached);
    }
}

/// Ceph's health, alone or in its log; not what it says once that is over.
fn judge_ceph(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    let is_trouble = CEPH_TROUBLE.iter().any(|words| has(line, words));
    if is_trouble && !has(line, "cleared") && !has(line, "(was: ") {
        see(SightingKind::CephTrouble);
    }
}

/// kubelet's events and logs, before (`Liveness probe for "…" failed (failure): …`) and since structured logging (`"Probe failed"
/// probeType="Liveness"`). A startup probe fails while it waits: that is its work.
fn judge_probe(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    let is_startup = has(line, "tartup probe f") || has(line, "probeType=\"Startup\"");
    let failed = has(line, "Probe failed") || has(line, "probe failed") || has(line, "Probe errored");
    let failed_before = has(line, "ness probe for \"") && has(line, "\" failed (failure)");
    if (failed || failed_before) && !is_startup {
        let is_event = has(line, "reason=\"Unhealthy\"") || has(line, "reason: 'Unhealthy'");
        see(SightingKind::ProbeFailed { is_event });
    }
    if has(line, "failed liveness probe, will be restarted") {
        see(SightingKind::LivenessKill);
    }
}

/// How long ago kubelet last saw its pods: the age, as Go writes durations.
fn judge_pleg(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    let age = after(line, "pleg was last seen active ").and_then(go_duration_ms);
    age.into_iter().for_each(|age_ms| see(SightingKind::PlegStopped { age_ms }));
}

/// `1h4m24.920746134s` in whole milliseconds.
fn go_duration_ms(text: &[u8]) -> Option<u32> {
    let (mut ms, mut rest) = (0u32, text);
    loop {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let whole = number(&rest[..digits])?;
        rest = &rest[digits..];
        let mut thousandths = 0;
        if let [b'.', fraction @ ..] = rest {
            let digits = fraction.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let shown = fraction[..digits].iter().chain(b"000").take(3);
            thousandths = shown.fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0'));
            rest = &fraction[digits..];
        }
        let (unit_ms, len) = match rest {
            [b'h', ..] => (3_600_000, 1),
            [b'm', next, ..] if *next != b's' => (60_000, 1),
            [b's', ..] => (1000, 1),
            _ => return None,
        };
        ms = ms.checked_add(whole.checked_mul(unit_ms)?)?.checked_add(thousandths)?;
        rest = &rest[len..];
        if !rest.first().is_some_and(u8::is_ascii_digit) {
            return Some(ms);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::words::Words;
    use super::*;
    use crate::model::{OomLine, OomStep, Sightings};

    const LOG: &str = "ok\r\n\
        runtime: failed to create new OS thread (have 5 already; errno=11)\r\n\
        runtime: may need to increase max user processes (ulimit -u)\n\
        fatal error: newosproc\n\
        runtime.newosproc(0xc000064800)\n\
        a thread that does its work\n\
        runtime/cgo: pthread_create failed: Resource temporarily unavailable\n\
        fork/exec /usr/bin/nice: resource temporarily unavailable, again: resource temporarily unavailable\n\
        cgroup: fork rejected by pids controller in /kubepods/burstable/pod1 (x)\n\
        \"Probe failed\" probeType=\"Liveness\" pod=\"kube-system/calico-node-xx\" output=\"HTTP probe failed\"\n\
        \"Probe failed\" probeType=\"Startup\" pod=\"shop/web\"\n\
        Liveness probe for \"web_shop(1):web\" failed (failure): timeout\n\
        Container calico-node failed liveness probe, will be restarted\n\
        java.lang.OutOfMemoryError: unable to create native thread: possibly out of memory\n\
        RuntimeError: can't start new thread\n\
        nf_conntrack: nf_conntrack: table full, dropping packet\n\
        VFS: file-max limit 1631329 reached\n\
        open /etc/hosts: too many open files in system\n\
        accept4: too many open files\n\
        failed to create fsnotify watcher: too many open files\n\
        memory: usage 2097152kB, limit 2097152kB, failcnt 7\n\
        Memory cgroup out of memory: Killed process 28438 (java) total-vm:1kB, anon-rss:2kB";

    fn seen(lines_per_block: usize) -> Sightings {
        let (mut out, scanner) = (Parsed::default(), Scanner::default());
        let words = Words::new(Scanner::words().collect());
        let (mut offset, mut first_line) = (0, 1);
        let lines: Vec<&str> = LOG.split_inclusive('\n').collect();
        for lines in lines.chunks(lines_per_block) {
            let text = lines.concat();
            let block = Block { bytes: text.as_bytes(), offset, first_line };
            scanner.scan(&block, words.find_in(&block).into_iter(), &mut out);
            (offset, first_line) = (offset + text.len() as u64, first_line + lines.len() as u32);
        }
        out.sightings
    }

    #[test]
    fn shells_of_other_languages_refuse_tasks_too() {
        for (line, is_refused) in [
            ("-bash: fork: retry: 资源暂时不可用", true),
            ("bash: fork: Die Ressource ist zur Zeit nicht verfügbar", true),
            ("读取套接字: 资源暂时不可用", false),
            ("recv: 资源暂时不可用", false),
        ] {
            let mut seen = 0;
            judge_unavailable(line.as_bytes(), &mut |_| seen += 1);
            assert_eq!(seen, u32::from(is_refused), "{line}");
        }
    }

    #[test]
    fn sightings_come_in_file_order_with_their_numbers() {
        use SightingKind::*;
        let all = seen(100);
        let found: Vec<_> = all.kept.iter().map(|sighting| (sighting.line, sighting.kind.clone())).collect();
        let want = [
            (2, GoThreadCreateFailed { have: Some(5), errno: Some(11) }),
            (3, GoUlimitHint),
            (4, GoNewosproc),
            (7, NativeThreadFailed),
            (7, ResourceUnavailable),
            (8, ResourceUnavailable),
            (9, PidsControllerRejected { cgroup: "/kubepods/burstable/pod1".into() }),
            (10, ProbeFailed { is_event: false }),
            (12, ProbeFailed { is_event: false }),
            (13, LivenessKill),
            (14, NativeThreadFailed),
            (15, NativeThreadFailed),
            (16, ConntrackFull),
            (17, FileMaxReached),
            (18, FileMaxReached),
            (19, TooManyOpenFiles),
            (20, InotifyFull { is_watches: false }),
            (21, OutOfMemory(OomLine { use_kb: Some((2_097_152, 2_097_152)), ..OomLine::default() })),
            (
                22,
                OutOfMemory(OomLine {
                    step: OomStep::Killed,
                    process: "java".into(),
                    pid: Some(28_438),
                    is_of_cgroup: Some(true),
                    ..OomLine::default()
                }),
            ),
        ];
        assert_eq!(found, want);
        for sighting in &all.kept {
            let line = LOG.lines().nth(sighting.line as usize - 1);
            assert_eq!(LOG.get(sighting.bytes.start as usize..sighting.bytes.end as usize), line);
        }
        let subjects: Vec<_> = all.kept.iter().filter_map(|sighting| sighting.subject.as_deref()).collect();
        assert_eq!(subjects, ["kube-system/calico-node-xx", "shop/web"]);
        assert_eq!(all, seen(1));
        assert_eq!(all, seen(7));
    }
}
