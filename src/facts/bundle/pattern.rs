//! Patterns of paths, part by part.
//!
//! ```text
//! cluster-resources/pods/logs/NS/POD/CTR-previous.log
//! var/log/pods/NS_POD_*/CTR/*
//! ```
//! `NS`, `POD`, `CTR` and `NODE` are names that the path gives, `*` is any text that is not empty; everything else stands as it is. A name
//! ends where the text after it in the pattern first stands, a container's where it last stands, for names of containers hold dashes.

use crate::model::words::{self, before, places_of};

/// Names that a path gives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Captures<'a> {
    pub(super) namespace: Option<&'a str>,
    pub(super) pod: Option<&'a str>,
    pub(super) container: Option<&'a str>,
    pub(super) node: Option<&'a str>,
}

/// Whether a path's first parts fit a pattern.
pub(super) fn matches_at(pattern: &str, parts: &[&str]) -> bool {
    // Of a hundred thousand paths nearly all end here.
    let is_near = |part: &&str| pattern.starts_with('*') || pattern.as_bytes().first() == part.as_bytes().first();
    if !parts.first().is_some_and(is_near) {
        return false;
    }
    let mut parts = parts.iter();
    pattern.split('/').all(|pattern| parts.next().is_some_and(|part| is_part(pattern, part, &mut Captures::default())))
}

/// The names in a path whose last parts fit a pattern.
pub(super) fn matches_end<'a>(pattern: &str, parts: &[&'a str]) -> Option<Captures<'a>> {
    let n_parts = pattern.split('/').count();
    let parts = parts.get(parts.len().checked_sub(n_parts)?..)?;
    let mut captures = Captures::default();
    // From the end: what a file is called tells most.
    let mut pairs = pattern.rsplit('/').zip(parts.iter().rev());
    pairs.all(|(pattern, part)| is_part(pattern, part, &mut captures)).then_some(captures)
}

const NAMES: [&str; 5] = ["NODE", "NS", "POD", "CTR", "*"];

fn is_part<'a>(pattern: &str, part: &'a str, captures: &mut Captures<'a>) -> bool {
    let (mut pattern, mut rest) = (pattern, part);
    while !pattern.is_empty() {
        let Some(name) = NAMES.into_iter().find(|name| pattern.starts_with(name)) else {
            // Text up to the next name.
            let end = NAMES.iter().filter_map(|name| places_of(pattern, name).next()).min().unwrap_or(pattern.len());
            let Some(after) = rest.strip_prefix(before(pattern, end)) else { return false };
            (pattern, rest) = (words::after(pattern, end), after);
            continue;
        };
        pattern = words::after(pattern, name.len());
        let end = NAMES.iter().filter_map(|name| places_of(pattern, name).next()).min().unwrap_or(pattern.len());
        let text = before(pattern, end);
        let at = match (text, end == pattern.len()) {
            ("", _) => Some(rest.len()),
            (text, true) => rest.strip_suffix(text).map(str::len),
            (text, false) if name == "CTR" => places_of(rest, text).last(),
            (text, false) => places_of(rest, text).next(),
        };
        let Some(at) = at.filter(|at| *at > 0) else { return false };
        let value = Some(before(rest, at));
        match name {
            "NODE" => captures.node = value,
            "NS" => captures.namespace = value,
            "POD" => captures.pod = value,
            "CTR" => captures.container = value,
            _ => {}
        }
        rest = words::after(rest, at);
    }
    rest.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_takes_names_from_a_path() {
        let found = |pattern: &str, path: &'static str| matches_end(pattern, &path.split('/').collect::<Vec<_>>());
        let log = found("logs/NS/POD/CTR-previous.log", "b/logs/shop/web-1/a-b-previous.log").expect("it fits");
        assert_eq!((log.namespace, log.pod, log.container), (Some("shop"), Some("web-1"), Some("a-b")));
        let node = found("pods/NS_POD_*/CTR/*", "var/log/pods/shop_web-1_0b6d/web/3.log").expect("it fits");
        assert_eq!((node.namespace, node.pod, node.container), (Some("shop"), Some("web-1"), Some("web")));
        assert_eq!(
            found("containers/POD_NS_CTR-*", "containers/a_b_c-d-8e.log").and_then(|it| it.container),
            Some("c-d")
        );
        for (pattern, path) in [("logs/NS/x.log", "logs/x.log"), ("a/*", "a/"), ("CTR.log", ".log"), ("a/b", "b")] {
            assert_eq!(found(pattern, path), None, "{pattern} {path}");
        }
        assert!(matches_at("cluster-resources/*", &["cluster-resources", "pods", "x.json"]));
        assert!(!matches_at("cluster-resources/*", &["cluster-resources"]));
    }
}
