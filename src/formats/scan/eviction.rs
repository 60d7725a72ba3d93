//! kubelet's eviction manager, before and since structured logging.
//!
//! ```text
//! eviction manager: attempting to reclaim ephemeral-storage
//! eviction manager: able to reduce ephemeral-storage pressure without evicting pods.
//! eviction manager: must evict pod(s) to reclaim memory
//! eviction manager: pod web-1_shop(0b6d…) is evicted successfully
//! "Eviction manager: must evict pod(s) to reclaim" resourceName="ephemeral-storage"
//! "Eviction manager: pod is evicted successfully" pod="shop/web-1"
//! ```
//! That it cannot get statistics or may not evict a critical pod is no eviction, and neither is the ranking.
//!
//! Source: <https://github.com/kubernetes/kubernetes> `pkg/kubelet/eviction/eviction_manager.go`, 1.5 to 1.33.

use super::{after, has, of_old_name};
use crate::model::{EvictionLine, EvictionStep, SightingKind};

const MANAGER: &str = "viction manager: ";

/// What the manager does, by its words; the resource follows them.
const STEPS: [(&str, EvictionStep); 3] = [
    ("attempting to reclaim", EvictionStep::Attempting),
    ("must evict pod(s) to reclaim", EvictionStep::Must),
    ("able to reduce ", EvictionStep::Reduced),
];

pub(super) fn judge(line: &[u8], see: &mut dyn FnMut(SightingKind)) {
    let Some(said) = after(line, MANAGER) else { return };
    let found = STEPS.iter().find_map(|(words, step)| Some((*step, said.strip_prefix(words.as_bytes())?)));
    let (step, rest) = match found {
        Some(found) => found,
        None if said.starts_with(b"pod ") && has(said, "is evicted successfully") => (EvictionStep::Evicted, &[][..]),
        None => return,
    };
    // A field of its own, else the next word of the sentence.
    let named = after(rest, "resourceName=").unwrap_or(rest);
    let named = named.trim_ascii_start();
    let named = named.strip_prefix(b"\\").unwrap_or(named);
    let named = named.strip_prefix(b"\"").unwrap_or(named);
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
    let end = named.iter().position(|byte| !is_name(byte)).unwrap_or(named.len());
    let resource = match String::from_utf8_lossy(&named[..end]).into_owned() {
        // `able to reduce resource pressure` names none.
        word if word == "resource" => String::new(),
        word => word,
    };
    see(SightingKind::Eviction(EvictionLine { step, resource }));
}

/// The pod of an old line, which is not quoted.
pub(super) fn pod_of(line: &[u8]) -> Option<String> {
    let name = after(line, "eviction manager: pod ")?.split(|byte| *byte == b' ').next()?;
    of_old_name(std::str::from_utf8(name).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_step_with_its_resource() {
        use EvictionStep::*;
        let read = |line: &str| {
            let mut seen = None;
            judge(line.as_bytes(), &mut |kind| seen = Some(kind));
            match seen {
                Some(SightingKind::Eviction(EvictionLine { step, resource })) => Some((step, resource)),
                _ => None,
            }
        };
        for (line, want) in [
            ("eviction manager: attempting to reclaim ephemeral-storage", Some((Attempting, "ephemeral-storage"))),
            (r#""Eviction manager: attempting to reclaim" resourceName="memory""#, Some((Attempting, "memory"))),
            (
                r#"{"msg":"\"Eviction manager: must evict pod(s) to reclaim\" resourceName=\"pids\""}"#,
                Some((Must, "pids")),
            ),
            ("eviction manager: must evict pod(s) to reclaim imagefs", Some((Must, "imagefs"))),
            ("eviction manager: able to reduce nodefs pressure without evicting pods.", Some((Reduced, "nodefs"))),
            (
                r#""Eviction manager: able to reduce resource pressure without evicting pods." resourceName="inodes""#,
                Some((Reduced, "inodes")),
            ),
            (r#""Eviction manager: pod is evicted successfully" pod="shop/web-1""#, Some((Evicted, ""))),
            ("eviction manager: pod web-1_shop(0b6d) is evicted successfully", Some((Evicted, ""))),
            (r#""Eviction manager: failed to get summary stats" err="no imagefs label""#, None),
            (r#""Eviction manager: cannot evict a critical pod" pod="kube-system/web-1""#, None),
            (r#""Eviction manager: pods ranked for eviction" pods=["shop/web-1"]"#, None),
        ] {
            assert_eq!(read(line), want.map(|(step, resource)| (step, resource.to_owned())), "{line}");
        }
        assert_eq!(
            pod_of(b"eviction manager: pod web-1_shop(0b6d) is evicted successfully").as_deref(),
            Some("shop/web-1")
        );
    }
}
