//! Open files, watches and room on file systems: the kernel answers with the same words for several of them.

use super::has;
use crate::model::SightingKind;
use crate::model::sighting::refuses_space;
use crate::model::words::cut_at;

/// Open files, and inotify, which answers with the words for files and for disks. .NET and Java name its limits (`the number of inotify
/// watches has been reached`, `User limit of inotify instances reached`), and so do Node and systemd.
pub(super) fn judge(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    let has_any = |words: &[&str]| words.iter().any(|word| has(line, word));
    let is_of_inotify = has_any(&["inotify", "fsnotify", "file watcher", "directory watch", "open files, watch"]);
    let (no_files, no_space) = (has(line, "oo many open files"), has(line, "o space left on device"));
    if no_files && has(line, "open files in system") {
        see(SightingKind::FileMaxReached);
    } else if !is_of_inotify {
        if no_files {
            see(SightingKind::TooManyOpenFiles);
        } else if let Some(path) = no_space.then(|| String::from_utf8_lossy(line)).filter(|line| refuses_space(line)) {
            see(SightingKind::NoSpace { path: path_in(&path) });
        }
    } else if no_space || has_any(&["inotify watch limit reached", "of file watchers reached"]) {
        see(SightingKind::InotifyFull { is_watches: true });
    } else if no_files {
        see(SightingKind::InotifyFull { is_watches: false });
    } else if has(line, " reached") && has_any(&["of inotify watches", "of inotify instances"]) {
        see(SightingKind::InotifyFull { is_watches: has(line, "of inotify watches") });
    }
}

/// The absolute path that found no room: the last one in front of the words (`mkdir /var/x: no space left on device`), else the first behind
/// them (`No space left on device: '/data/x'`). What is asked of a server, and the program at the beginning of a line, are no such paths.
fn path_in(line: &str) -> String {
    const ASKS: [&str; 6] = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD"];
    let ends = |c: char| c.is_whitespace() || matches!(c, '"' | '\\' | '\'' | ':' | ',' | ';' | ')' | '`');
    let is_path = |word: &&str| word.len() > 1 && word.starts_with('/') && !word.starts_with("//");
    let Some((before, after)) = cut_at(line, "o space left on device") else { return String::new() };
    let words: Vec<&str> = before.split(ends).filter(|word| !word.is_empty()).collect();
    let is_asked = |at: usize| at.checked_sub(1).is_some_and(|before| ASKS.contains(&words[before]));
    let is_place = |at: &usize| is_path(&words[*at]) && !is_asked(*at) && (*at > 0 || words.len() <= 2);
    let last = (0..words.len()).rev().find(is_place).map(|at| words[at]);
    last.or_else(|| after.split(ends).find(is_path)).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::super::words::Words;
    use super::super::Scanner;
    use super::*;
    use crate::evidence::Block;
    use crate::model::Parsed;

    fn no_space(path: &str) -> SightingKind {
        SightingKind::NoSpace { path: path.to_owned() }
    }

    #[test]
    fn inotify_speaks_of_files_and_disks() {
        let (watches, instances) =
            (SightingKind::InotifyFull { is_watches: true }, SightingKind::InotifyFull { is_watches: false });
        for (line, kind) in [
            (
                "Failed to start cAdvisor inotify_add_watch /sys/fs/cgroup/devices: no space left on device",
                Some(&watches),
            ),
            ("Error: ENOSPC: System limit for number of file watchers reached, watch '/app'", Some(&watches)),
            ("Failed to add a watch for /run/systemd/ask-password: inotify watch limit reached", Some(&watches)),
            ("The configured user limit (8192) on the number of inotify watches has been reached.", Some(&watches)),
            ("failed to create fsnotify watcher: too many open files", Some(&instances)),
            ("Failed to allocate directory watch: Too many open files", Some(&instances)),
            ("Error: EMFILE: too many open files, watch '/app'", Some(&instances)),
            ("java.io.IOException: User limit of inotify instances reached or too many open files", Some(&instances)),
            (
                "The configured user limit (128) on the number of inotify instances has been reached, or",
                Some(&instances),
            ),
            ("write /var/log/app.log: no space left on device", Some(&no_space("/var/log/app.log"))),
            ("touch: cannot touch '/data/x y': No space left on device", Some(&no_space("/data/x"))),
            ("java.io.IOException: No space left on device", Some(&no_space(""))),
            ("mkdir /sys/fs/cgroup/memory/kubepods/x: no space left on device", None),
            ("could not resize shared memory segment \"/PostgreSQL.1\": No space left on device", None),
            ("cluster [WRN] Health check failed: 1 osds down (OSD_DOWN)", Some(&SightingKind::CephTrouble)),
            ("cluster [INF] Health check cleared: POOL_FULL (was: 2 pool(s) full)", None),
            ("    health: HEALTH_WARN 3 nearfull osd(s)", None),
            ("sysctl: fs.inotify.max_user_watches: half of inotify watches are used", None),
            ("accept4: too many open files", Some(&SightingKind::TooManyOpenFiles)),
        ] {
            let mut out = Parsed::default();
            let block = Block { bytes: line.as_bytes(), offset: 0, first_line: 1 };
            let hits = Words::new(Scanner::words().collect()).find_in(&block).into_iter();
            Scanner::default().scan(&block, hits, &mut out);
            let seen: Vec<_> = out.sightings.kept.iter().map(|sighting| &sighting.kind).collect();
            assert_eq!(seen, kind.into_iter().collect::<Vec<_>>(), "{line}");
        }
    }

    #[test]
    fn the_path_that_found_no_room_is_told_from_others() {
        for (line, path) in [
            ("touch: cannot touch '/data/test.txt': No space left on device", "/data/test.txt"),
            ("/data/x: No space left on device", "/data/x"),
            ("OSError: [Errno 28] No space left on device: '/data/x'", "/data/x"),
            (
                "/usr/bin/docker: Error response from daemon: mkdir /var/lib/docker/a: no space left on device.",
                "/var/lib/docker/a",
            ),
            ("POST /api/v1/upload 500: write failed: no space left on device", ""),
            ("java.io.IOException: No space left on device", ""),
            ("open \"//x\": no space left on device", ""),
        ] {
            assert_eq!(path_in(line), path, "{line}");
        }
    }
}
