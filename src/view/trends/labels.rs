//! What tells the series of one chart apart.

use crate::facts::Facts;
use crate::facts::usage::SeriesFact;
use crate::model::gather::{ByName, names_of};
use crate::model::words::{after, cut_at};

/// A label for each of the series that share a chart: its name, where that is not enough its pod, where one file tells of that several times the
/// labels that differ, and where several files do, its file.
pub(super) fn labels_of(facts: &Facts, members: &[usize]) -> Vec<String> {
    let fact = |place: usize| &facts.usage.series[members[place]];
    let mut labels: Vec<String> = (0..members.len()).map(|place| fact(place).label.clone()).collect();
    let mut named = ByName::<Vec<usize>>::default();
    gather(&mut named, 0..members.len(), |place| fact(place).label.clone());
    for same in named.into_values().into_iter().filter(|same| same.len() > 1) {
        let mut owned = ByName::<Vec<usize>>::default();
        gather(&mut owned, same, |place| fact(place).owner.clone().unwrap_or_default());
        for same in owned.into_values() {
            if let Some(owner) = &fact(same[0]).owner {
                same.iter().for_each(|place| labels[*place] += &[" (", owner, ")"].concat());
            }
            if same.len() > 1 {
                tell_apart(facts, same, &fact, &mut labels);
            }
        }
    }
    labels
}

/// Places under what is said of each.
fn gather(into: &mut ByName<Vec<usize>>, places: impl IntoIterator<Item = usize>, name: impl Fn(usize) -> String) {
    places.into_iter().for_each(|place| into.get_or_insert_with(&name(place), Vec::new).push(place));
}

/// Series of one name and one pod: by labels within a file, then by files.
fn tell_apart<'a>(facts: &Facts, same: Vec<usize>, fact: &dyn Fn(usize) -> &'a SeriesFact, labels: &mut [String]) {
    let path_of = |place: usize| facts.usage.path_of(fact(place)).unwrap_or_default().to_owned();
    let mut filed = ByName::<Vec<usize>>::default();
    gather(&mut filed, same, path_of);
    let paths: Vec<String> = filed.names().cloned().collect();
    let others: Vec<&str> = paths.iter().map(String::as_str).collect();
    for (path, same) in paths.iter().zip(filed.into_values()) {
        let selectors: Vec<&str> = same.iter().map(|place| fact(*place).selector.as_str()).collect();
        for (place, different) in same.iter().zip(differing(&selectors)) {
            labels[*place] += &different;
            if paths.len() > 1 && !path.is_empty() {
                labels[*place] += &[" · ", tail_of(path, &others)].concat();
            }
        }
    }
}

/// The labels that tell selectors (`name{key="value", key="value"}`) apart, the first that do: ` · key=value` for each.
fn differing(selectors: &[&str]) -> Vec<String> {
    let of = |selector: &&str| {
        let inner = selector.strip_suffix("\"}").and_then(|selector| cut_at(selector, "{"));
        let mut rest = inner.map_or("", |(_, labels)| labels);
        let mut labels: Vec<(String, String)> = Vec::new();
        while let Some((key, after)) = cut_at(rest, "=\"") {
            let (value, next) = cut_at(after, "\", ").unwrap_or((after, ""));
            labels.push((key.to_owned(), value.to_owned()));
            rest = next;
        }
        labels
    };
    let labels: Vec<_> = selectors.iter().map(of).collect();
    let mut told = vec![String::new(); selectors.len()];
    let n_told = |told: &[String]| names_of(told.iter()).len();
    // In the order in which they stand, that of the longest first.
    let longest = labels.iter().max_by_key(|labels| labels.len()).map_or(&[][..], Vec::as_slice);
    for (key, _) in longest {
        let n_before = n_told(&told);
        if n_before == selectors.len() {
            break;
        }
        let with = |(told, labels): (&String, &Vec<(String, String)>)| {
            let value = labels.iter().find(|(own, _)| own == key);
            value.map_or_else(|| told.clone(), |(_, value)| [told, " · ", key, "=", value].concat())
        };
        let next: Vec<String> = told.iter().zip(&labels).map(with).collect();
        if n_told(&next) > n_before {
            told = next;
        }
    }
    told
}

/// The shortest end of a path, by its parts, that none of the others has.
pub(super) fn tail_of<'a>(path: &'a str, others: &[&str]) -> &'a str {
    let mut tail = path;
    for (at, _) in path.bytes().enumerate().filter(|(_, byte)| *byte == b'/') {
        let shorter = after(path, at + 1);
        if others.iter().all(|other| *other == path || !other.ends_with(shorter)) {
            tail = shorter;
        }
    }
    tail
}

#[cfg(test)]
mod tests {
    use super::{differing, tail_of};

    #[test]
    fn the_labels_that_differ_tell_series_apart() {
        let of = |device: &str, operation: &str| {
            format!("bytes{{device=\"{device}\", parent_device=\"sda\", operation=\"{operation}\"}}")
        };
        let told = |selectors: &[String]| differing(&selectors.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(told(&[of("sda", "R"), of("sda", "Read")]), [" · operation=R", " · operation=Read"]);
        assert_eq!(told(&[of("sda", "R"), of("sdb", "R")]), [" · device=sda", " · device=sdb"]);
        let both = [" · device=sda · operation=R", " · device=sda · operation=W", " · device=sdb · operation=R"];
        assert_eq!(told(&[of("sda", "R"), of("sda", "W"), of("sdb", "R")]), both);
        // Nothing differs, or there are no labels.
        assert_eq!(told(&[of("sda", "R"), of("sda", "R")]), ["", ""]);
        assert_eq!(told(&["bytes".to_owned(), of("sda", "R")]), ["", " · device=sda"]);
    }

    #[test]
    fn a_file_is_told_by_as_much_of_its_path_as_it_takes() {
        let others = ["b.tar/node-2/metrics/threads.csv", "a.tar/node-1/metrics/threads.csv"];
        assert_eq!(tail_of("b.tar/node-1/metrics/threads.csv", &others), "b.tar/node-1/metrics/threads.csv");
        assert_eq!(tail_of("b.tar/node-1/metrics/threads.csv", &others[..1]), "node-1/metrics/threads.csv");
        assert_eq!(tail_of("node-1.csv", &["node-2.csv"]), "node-1.csv");
        assert_eq!(tail_of("x/node-1.csv", &["y/node-2.csv", "x/node-1.csv"]), "node-1.csv");
    }
}
