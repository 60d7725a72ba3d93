//! `cargo xtask example`: writes the example incident that the page opens with one click, and the list of its files.

use std::path::Path;
use std::{fs, io};

use crate::generate::{Incident, Variant, incident_a};

/// Where the page finds it, from the project's root.
const FOLDER: &str = "public/examples/incident-a";

/// Writes `public/examples/incident-a`. Takes no arguments.
///
/// # Errors
/// When an argument is given or the folder cannot be written.
pub(crate) fn run(args: &[String]) -> io::Result<()> {
    if let Some(unknown) = args.first() {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, format!("expected no argument, found {unknown}")));
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(FOLDER);
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let Incident { files, truth } = incident_a(0, &Variant::reference());
    for (name, bytes) in &files {
        fs::write(folder.join(name), bytes)?;
    }
    fs::write(folder.join("files.json"), crate::generate::index(&files))?;
    let total: usize = files.iter().map(|(_, bytes)| bytes.len()).sum();
    println!("{FOLDER}: {} files, {total} bytes; peak {} container threads", files.len(), truth.peak);
    Ok(())
}
