//! Lines about locks, under the frame that they belong to.
//!
//! ```text
//! - locked <0x00000000e1a0b2c8> (a com.example.Pool)
//! - waiting to lock <0x00000000e1a0b2c8> (a java.lang.Class for com.example.Pool)
//! - parking to wait for  <0x00000000e1a0c110> (a java.util.concurrent.locks.ReentrantLock$NonfairSync)
//! - waiting to re-lock in wait() <0x00000000e1a0b2c8> (a com.example.Pool)
//! - waiting on <no object reference available>
//! - eliminated <owner is scalar replaced> (a com.example.Pool)
//! - waiting on the Class initialization monitor for com.example.Pool
//! - waiting to lock <4f3a1c2> (a com.example.Pool) owned by "worker-1" t@30                  VisualVM
//! -  blocked on com.example.Pool@2653a7de                                                    JMX
//! ```

use crate::model::memmem;
use memchr::{memchr, memrchr};

use super::head::decimal;
use crate::model::LockRelation;

/// What a line says of a lock.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LockLine<'a> {
    pub(super) relation: LockRelation,
    /// Its address, or class and hash; empty where it is not told.
    pub(super) lock: &'a [u8],
    /// Its class; empty where it is not told.
    pub(super) class: &'a [u8],
    /// Who owns it, by name and id, where the line says so.
    pub(super) owner: Option<(&'a [u8], u64)>,
}

/// What stands for the class of the lock under which a class is initialised.
const CLASS_MONITOR: &[u8] = b"Class initialization monitor";

/// Words in front of the lock.
const RELATIONS: [(&[u8], LockRelation); 7] = [
    (b"locked ", LockRelation::Holds),
    (b"waiting to lock ", LockRelation::WaitsToLock),
    (b"waiting to re-lock in wait() ", LockRelation::WaitsToRelock),
    (b"waiting on ", LockRelation::WaitsForNotify),
    (b"parking to wait for ", LockRelation::Parks),
    (b"eliminated ", LockRelation::Eliminated),
    (b"blocked on ", LockRelation::WaitsToLock),
];

/// Reads a line, without its indentation.
pub(super) fn parse_lock(text: &[u8]) -> Option<LockLine<'_>> {
    let text = text.strip_prefix(b"-")?.trim_ascii_start();
    let (relation, rest) =
        RELATIONS.iter().find_map(|(words, relation)| Some((*relation, text.strip_prefix(*words)?)))?;
    // Under its name: no address is printed.
    if let Some(class) = rest.strip_prefix(b"the Class initialization monitor for ") {
        return Some(LockLine { relation: LockRelation::WaitsToLock, lock: class, class: CLASS_MONITOR, owner: None });
    }
    parse_object(rest.trim_ascii_start()).map(|line| LockLine { relation, ..line })
}

/// Reads what is locked: `<0x…> (a X)`, `X@hash`, each with its owner.
pub(super) fn parse_object(text: &[u8]) -> Option<LockLine<'_>> {
    const OWNED: &[u8] = b" owned by ";
    let (object, owner) = match memmem::find(text, OWNED) {
        Some(at) => (&text[..at], parse_owner(&text[at + OWNED.len()..])),
        None => (text, None),
    };
    let relation = LockRelation::Holds;
    if let Some(rest) = object.strip_prefix(b"<") {
        let close = memchr(b'>', rest)?;
        let lock = &rest[..close];
        // Words stand there where the machine cannot say which.
        let lock = if lock.iter().all(u8::is_ascii_alphanumeric) { lock } else { &lock[..0] };
        let after = rest[close + 1..].trim_ascii();
        let class = after.strip_prefix(b"(a ").and_then(|class| class.strip_suffix(b")")).unwrap_or_default();
        return Some(LockLine { relation, lock, class, owner });
    }
    let object = &object[..memchr(b' ', object).unwrap_or(object.len())];
    let at = memrchr(b'@', object).filter(|at| *at > 0 && *at + 1 < object.len())?;
    Some(LockLine { relation, lock: object, class: &object[..at], owner })
}

/// `"worker-1" t@30`, `"worker-1" Id=30`
fn parse_owner(text: &[u8]) -> Option<(&[u8], u64)> {
    let rest = text.strip_prefix(b"\"")?;
    let close = memrchr(b'"', rest)?;
    let id = rest[close + 1..].trim_ascii();
    let id = id.strip_prefix(b"t@").or(id.strip_prefix(b"Id=")).or(id.strip_prefix(b"ID=")).unwrap_or_default();
    let digits = id.iter().take_while(|byte| byte.is_ascii_digit()).count();
    Some((&rest[..close], decimal(&id[..digits]).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_relation_is_told() {
        use LockRelation::{Eliminated, Holds, Parks, WaitsForNotify, WaitsToLock, WaitsToRelock};
        for (text, relation, want) in [
            ("- locked <0x00e1> (a x.Pool)", Holds, "0x00e1|x.Pool|"),
            (
                "- waiting to lock <0x00e1> (a java.lang.Class for x.Pool)",
                WaitsToLock,
                "0x00e1|java.lang.Class for x.Pool|",
            ),
            ("- parking to wait for  <0x00e1> (a x.Sync)", Parks, "0x00e1|x.Sync|"),
            ("- waiting to re-lock in wait() <0x00e1> (a x.Pool)", WaitsToRelock, "0x00e1|x.Pool|"),
            ("- waiting on <no object reference available>", WaitsForNotify, "||"),
            ("- eliminated <owner is scalar replaced> (a x.Pool)", Eliminated, "|x.Pool|"),
            (
                "- waiting on the Class initialization monitor for x.Pool",
                WaitsToLock,
                "x.Pool|Class initialization monitor|",
            ),
            ("- waiting to lock <4f3a> (a x.Pool) owned by \"w-1\" t@30", WaitsToLock, "4f3a|x.Pool|w-1 30"),
            ("-  blocked on x.Pool@26", WaitsToLock, "x.Pool@26|x.Pool|"),
            ("-  locked x.Pool@26", Holds, "x.Pool@26|x.Pool|"),
        ] {
            let line = parse_lock(text.as_bytes()).unwrap_or_else(|| panic!("{text}"));
            let shown = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
            let owner = line.owner.map(|(name, id)| format!("{} {id}", shown(name))).unwrap_or_default();
            assert_eq!(
                (line.relation, format!("{}|{}|{owner}", shown(line.lock), shown(line.class)).as_str()),
                (relation, want)
            );
        }
        for text in ["- None", "- <0x00e1> (a x.Sync)", "- locked", "- locked <0x00e1", "locked <0x00e1> (a x)"] {
            assert_eq!(parse_lock(text.as_bytes()), None, "{text}");
        }
    }
}
