//! File names that are safe on every system, whatever evidence or people called them, and unique inside one archive.

use std::collections::BTreeSet;

/// Characters of a name; four bytes each stay below what every file system takes.
const MAX_CHARS: usize = 60;

/// A name without any path in it: what a system could take for a folder, a drive, a device, an option or a hidden file is replaced.
#[must_use]
pub fn safe_name(text: &str) -> String {
    let last = text.rsplit(['/', '\\']).find(|part| !part.trim_matches(['.', ' ']).is_empty()).unwrap_or_default();
    let keep = |c: char| if c.is_alphanumeric() || "._-+@()".contains(c) { c } else { '-' };
    let name: String = last.chars().map(keep).collect();
    let name = name.trim_matches(['.', '-', ' ']);
    let (stem, ending) = match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() && ending.chars().count() <= 12 => (stem, format!(".{ending}")),
        _ => (name, String::new()),
    };
    let stem: String = stem.chars().take(MAX_CHARS - ending.chars().count()).collect();
    match stem.as_str() {
        "" => format!("file{ending}"),
        device if is_device(device) => format!("{device}-{ending}"),
        _ => format!("{stem}{ending}"),
    }
}

/// Names that Windows takes for devices, with any ending.
fn is_device(stem: &str) -> bool {
    let stem = stem.split('.').next().unwrap_or_default().to_ascii_lowercase();
    matches!(stem.as_str(), "con" | "prn" | "aux" | "nul")
        || ["com", "lpt"].iter().any(|port| stem.strip_prefix(port).is_some_and(|rest| rest.chars().count() == 1))
}

/// Names given out so far; those that differ only in case are the same file on many systems.
#[derive(Debug, Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// The path of `name` in `folder` (empty, or ending in a slash): made safe, and numbered where it is taken.
    pub fn path(&mut self, folder: &str, name: &str) -> String {
        let safe = safe_name(name);
        let (stem, ending) =
            safe.rsplit_once('.').map_or((safe.as_str(), String::new()), |(stem, ending)| (stem, format!(".{ending}")));
        let numbered = (2..).map(|n: u32| format!("{folder}{stem}-{n}{ending}"));
        let free =
            std::iter::once(format!("{folder}{safe}")).chain(numbered).find(|path| self.0.insert(path.to_lowercase()));
        free.unwrap_or_default()
    }

    /// The same for a path of several parts, as the program's own files have (`assets/threads.svg`).
    pub fn nested(&mut self, path: &str) -> String {
        match path.rsplit_once('/') {
            None => self.path("", path),
            Some((folder, name)) => {
                let folders = folder.split(['/', '\\']).filter(|part| !part.trim_matches(['.', ' ']).is_empty());
                let folder: String = folders.map(|part| safe_name(part) + "/").collect();
                self.path(&folder, name)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_leaves_its_folder() {
        for (text, name) in [
            ("../../etc/passwd", "passwd"),
            ("C:\\Windows\\x.log", "x.log"),
            ("C:x", "C-x"),
            ("..", "file"),
            ("a/..", "a"),
            ("/", "file"),
            ("", "file"),
            (".bashrc", "bashrc"),
            ("-rf", "rf"),
            ("nul.txt", "nul-.txt"),
            ("COM1", "COM1-"),
            ("a\0b\u{202e}gnp.exe", "a-b-gnp.exe"),
            ("日志 1.log", "日志-1.log"),
            ("x. ", "x"),
        ] {
            assert_eq!(safe_name(text), name, "{text:?}");
        }
        assert_eq!(safe_name(&format!("{}.log", "x".repeat(300))).len(), 60);
    }

    #[test]
    fn no_name_is_given_twice() {
        let mut names = Names::default();
        let paths = ["a.log", "A.log", "a.log"].map(|name| names.path("f/", name));
        assert_eq!(paths, ["f/a.log", "f/A-2.log", "f/a-3.log"]);
        assert_eq!(names.nested("../assets/./threads.svg"), "assets/threads.svg");
    }
}
