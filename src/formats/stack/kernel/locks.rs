//! What the kernel says about locks: hung_task's owner lines (since 6.15) and lockdep's lists.
//!
//! ```text
//! INFO: task cat:115 is blocked on a mutex likely owned by task cat:114.
//! INFO: task r:8 <reader> blocked on an rw-semaphore likely owned by task w:9 <writer>
//! INFO: task w:9 <writer> blocked on an rw-semaphore likely owned by task r:8 <reader>      the last one that read
//! INFO: task a:1 is blocked on a semaphore likely last held by task b:2
//! INFO: task cat:115 is blocked on a mutex, but the owner is not found.
//! 2 locks held by kworker/u8:3/117:
//!  #0: ffffffff9a8c1e28 (rtnl_mutex){+.+.}-{3:3}, at: rtnl_lock+0x1f/0x30
//!  #0:  (rtnl_mutex){+.+.}, at: [<ffff…>] rtnl_lock+0x1f/0x30                   older: the class without an address
//! ```
//! A list holds what a task has and what it is about to take: of the last entry, its stack decides which.

use crate::model::memmem;

use super::frame::{hex, symbol_in};
use super::heads::named;

/// An owner line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Blocked<'a> {
    /// Who waits.
    pub(super) pid: u32,
    /// The lock in the kernel's own words: it prints no address. Empty where the owner was not found.
    pub(super) lock: &'a [u8],
    /// Who has it, as far as the kernel could tell.
    pub(super) owner: Option<(&'a [u8], u32)>,
    /// The kernel's words where others may have it as well: it remembers one of the readers, and who took a semaphore last.
    pub(super) hint: &'a [u8],
}

/// Reads an owner line.
pub(super) fn parse_blocked(line: &[u8]) -> Option<Blocked<'_>> {
    let rest = line.strip_prefix(b"INFO: task ")?;
    let at = memmem::find(rest, b" blocked on a")?;
    let who = &rest[..at];
    let who = who.strip_suffix(b" is").unwrap_or(who);
    let who = memmem::find(who, b" <").map_or(who, |mark| &who[..mark]);
    let (_, pid) = named(who, b':')?;
    let lock = rest[at + 13..].trim_ascii_start();
    let lock = lock.strip_prefix(b"n ").unwrap_or(lock).trim_ascii();
    let lock = lock.strip_suffix(b".").unwrap_or(lock);
    let owner = memmem::rfind(lock, b" by task ").and_then(|by| {
        let name = &lock[by + 9..];
        named(memmem::find(name, b" <").map_or(name, |mark| &name[..mark]), b':')
    });
    let hint = match lock {
        _ if lock.ends_with(b" <reader>") => &b"<reader>"[..],
        _ if memmem::find(lock, b" likely last held by ").is_some() => b"last held",
        _ => b"",
    };
    Some(Blocked { pid, lock: if owner.is_some() { lock } else { &[] }, owner, hint })
}

/// Whose locks follow: `2 locks held by kworker/u8:3/117:`.
pub(super) fn parse_holder(line: &[u8]) -> Option<(&[u8], u32)> {
    let at = memmem::find(line, b" held by ")?;
    let count = &line[..at];
    let count = count.strip_suffix(b" locks").or_else(|| count.strip_suffix(b" lock"))?;
    let is_count = count == b"no" || super::frame::number(count).is_some();
    let who = line[at + 9..].trim_ascii_end();
    named(who.strip_suffix(b":").or_else(|| who.strip_suffix(b"."))?, b'/').filter(|_| is_count)
}

/// An entry of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Held<'a> {
    /// Its address; empty where none is printed or it is hidden.
    pub(super) address: &'a [u8],
    /// Its class (`rtnl_mutex`).
    pub(super) class: &'a [u8],
    /// The function that takes or took it.
    pub(super) at: &'a [u8],
}

/// Reads an entry of a list.
pub(super) fn parse_held(line: &[u8]) -> Option<Held<'_>> {
    let rest = line.trim_ascii().strip_prefix(b"#")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = rest.get(digits..).filter(|_| digits > 0)?.strip_prefix(b":")?.trim_ascii_start();
    let at = memmem::rfind(rest, b", at: ")?;
    let end = memmem::rfind(&rest[..at], b"){")?;
    let first = rest.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let address = if hex(&rest[..first]).is_some_and(|address| address != 0) { &rest[..first] } else { &[][..] };
    let rest_of = rest[first..end].trim_ascii_start();
    // `(____ptrval____)` stands for a hidden address.
    let rest_of = rest_of.strip_prefix(b"(____ptrval____)").unwrap_or(rest_of).trim_ascii_start();
    let class = rest_of.strip_prefix(b"(")?;
    Some(Held { address, class, at: symbol_in(&rest[at + 6..]).unwrap_or(&[]) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn owner_lines_are_read() {
        let say = |line: &str| {
            parse_blocked(line.as_bytes()).map_or("-".to_owned(), |it| {
                let owner = it.owner.map_or(0, |(_, pid)| pid);
                let [lock, hint] = [it.lock, it.hint].map(String::from_utf8_lossy);
                format!("{} {owner} {lock}|{hint}", it.pid)
            })
        };
        for (line, want) in [
            (
                "INFO: task cat:115 is blocked on a mutex likely owned by task cat:114.",
                "115 114 mutex likely owned by task cat:114|",
            ),
            (
                "INFO: task r:8 <reader> blocked on an rw-semaphore likely owned by task w:9 <writer>",
                "8 9 rw-semaphore likely owned by task w:9 <writer>|",
            ),
            (
                "INFO: task w:9 <writer> blocked on an rw-semaphore likely owned by task r:8 <reader>",
                "9 8 rw-semaphore likely owned by task r:8 <reader>|<reader>",
            ),
            (
                "INFO: task a:1 is blocked on a semaphore likely last held by task b:2",
                "1 2 semaphore likely last held by task b:2|last held",
            ),
            ("INFO: task a:1 is blocked on a mutex, but the owner is not found.", "1 0 |"),
            ("INFO: task a:1 blocked for more than 120 seconds.", "-"),
        ] {
            assert_eq!(say(line), want, "{line}");
        }
    }

    #[test]
    fn lists_of_lockdep_are_read() {
        assert_eq!(parse_holder(b"2 locks held by kworker/u8:3/117:"), Some((&b"kworker/u8:3"[..], 117)));
        assert_eq!(parse_holder(b"1 lock held by khungtaskd/1:"), Some((&b"khungtaskd"[..], 1)));
        assert_eq!(parse_holder(b"the lock is held by me/1:"), None);
        let say = |line: &str| {
            let held = parse_held(line.as_bytes()).unwrap();
            [held.address, held.class, held.at].map(|it| String::from_utf8_lossy(it).into_owned()).join(" ")
        };
        assert_eq!(
            say(" #0: ffffffff9a8c1e28 (rtnl_mutex){+.+.}-{3:3}, at: rtnl_lock+0x1f/0x30"),
            "ffffffff9a8c1e28 rtnl_mutex rtnl_lock"
        );
        assert_eq!(
            say(" #1:  (&(&x->lock)->rlock){+.+.}, at: [<ffffffff81>] take_it+0x1/0x2"),
            " &(&x->lock)->rlock take_it"
        );
        assert_eq!(say(" #0: (____ptrval____) (rtnl_mutex){+.+.}, at: f+0x1/0x2"), " rtnl_mutex f");
    }
}
