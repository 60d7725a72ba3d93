//! Raises the number of the saved case's snapshot and writes its fixture: what a change of the document's types asks for.

use std::fs;

use crate::Result;
use crate::run::{command, root, run};

const SOURCE: &str = "src/postmortem/saved.rs";
const CONSTANT: &str = "pub const SNAPSHOT: u32 = ";

/// Raises and writes.
pub fn raise() -> Result {
    let path = root().join(SOURCE);
    let failed = |error: std::io::Error| format!("{SOURCE}: {error}");
    let source = fs::read_to_string(&path).map_err(failed)?;
    let (number, raised) = raised(&source).ok_or_else(|| format!("{SOURCE}: no `{CONSTANT}…`"))?;
    fs::write(&path, raised).map_err(failed)?;
    // Only the present number is ever read.
    let old = format!("tests/fixtures/saved/snapshot-{number}.bin");
    fs::remove_file(root().join(&old)).map_err(|error| format!("{old}: {error}"))?;
    run(command("cargo").args(["test", "--quiet", "--test", "it", "saved::"]).env("DEBRIEF_WRITE_SNAPSHOT", "1"))?;
    println!("snapshot: number {} with its fixture", number + 1);
    Ok(())
}

/// The number, and the source with the next one.
fn raised(source: &str) -> Option<(u32, String)> {
    let (before, after) = source.split_once(CONSTANT)?;
    let (number, after) = after.split_once(';')?;
    let number: u32 = number.parse().ok()?;
    Some((number, format!("{before}{CONSTANT}{};{after}", number + 1)))
}

#[cfg(test)]
mod tests {
    use super::{CONSTANT, raised};

    #[test]
    fn the_number_is_raised_in_place() {
        let (number, text) = raised(&format!("a\n{CONSTANT}9;\nb;")).unwrap();
        assert_eq!((number, text), (9, format!("a\n{CONSTANT}10;\nb;")));
        assert_eq!(raised("nothing"), None);
    }
}
