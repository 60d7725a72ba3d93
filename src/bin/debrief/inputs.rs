//! From paths to inputs of a case: files, directories with everything below them, standard input, and what archives among them hold.

#[path = "file.rs"]
mod file;
#[path = "spool.rs"]
mod spool;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use debrief::evidence::digest::Digest;
use debrief::evidence::guard::{MAX_DOCUMENT_BYTES, SLICE_BYTES};
use debrief::evidence::{MemorySource, Source};
use debrief::model::Issues;
use debrief::unpack::{Limits, packing_of, unpack};

use file::FileSource;
use spool::Spool;

/// An input that was opened.
pub(crate) struct Input {
    /// As shown: the path as given, `-` for standard input; of a member, the archive's and the one inside it.
    pub(crate) path: String,
    pub(crate) source: Box<dyn Source>,
    /// What unpacking found wrong with it.
    pub(crate) noted: Issues,
}

/// An input that was not, or only partly.
pub(crate) struct Trouble {
    pub(crate) path: String,
    pub(crate) reason: Reason,
}

/// Why.
pub(crate) enum Reason {
    /// In the words of the system or of the engine.
    Said(String),
    /// A pipe that gave more than is held in memory.
    TooLarge,
    /// A link in a folder that leads out of it.
    LeadsOut,
}

impl Trouble {
    fn new(path: &Path, error: &io::Error) -> Self {
        Self { path: path.to_string_lossy().into_owned(), reason: Reason::Said(error.to_string()) }
    }
}

/// Opens everything the paths name, in their order, directories sorted by name.
pub(crate) fn open_all(paths: &[PathBuf]) -> (Vec<Input>, Vec<Trouble>) {
    let (mut spool, mut troubles) = (Spool::default(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            read_whole("-".to_owned(), &mut io::stdin().lock(), &mut spool, &mut troubles);
            continue;
        }
        let mut files = Vec::new();
        // Nothing that is not there has a place; it is told below.
        let root = path.canonicalize().unwrap_or_default();
        list(path, &root, &mut files, &mut troubles);
        for file in files {
            let shown = file.to_string_lossy().into_owned();
            if let Err(error) = open(&file, shown, &mut spool, &mut troubles) {
                troubles.push(Trouble::new(&file, &error));
            }
        }
    }
    (spool.inputs, troubles)
}

/// Takes an input in, unpacked where it is packed. An archive is listed itself only where something of it could not be read.
fn admit(path: String, source: Box<dyn Source>, spool: &mut Spool) {
    let is_packed = matches!(packing_of(&*source), Ok(Some(packing)) if packing.is_read());
    let noted = if is_packed { unpack(&path, &*source, Limits::default(), spool) } else { Issues::default() };
    if !is_packed || !noted.list.is_empty() {
        spool.inputs.push(Input { path, source, noted });
    }
}

/// Lists a file, or all files below a directory. Hidden ones too: bundles hold them; but not what git keeps. Links to directories are
/// not followed below the first: they can form a circle. Nor are links that lead out of the folder: a bundle of somebody else's could name
/// what is nobody's business, and it would stand in the document.
fn list(path: &Path, root: &Path, files: &mut Vec<PathBuf>, troubles: &mut Vec<Trouble>) {
    let mut trouble = |error: io::Error| troubles.push(Trouble::new(path, &error));
    match fs::metadata(path) {
        Ok(meta) if meta.is_dir() => {}
        Ok(_) => return files.push(path.to_owned()),
        Err(error) => return trouble(error),
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(error) => return trouble(error),
    };
    let mut below = Vec::new();
    for entry in entries {
        match entry.and_then(|entry| Ok((entry.path(), entry.file_type()?))) {
            Ok((path, kind)) if kind.is_symlink() && path.is_dir() => {}
            Ok((path, kind)) if kind.is_symlink() && path.canonicalize().is_ok_and(|to| !to.starts_with(root)) => {
                let path = path.to_string_lossy().into_owned();
                troubles.push(Trouble { path, reason: Reason::LeadsOut });
            }
            Ok((path, kind)) if kind.is_dir() && path.file_name().is_some_and(|name| name == ".git") => {}
            Ok((path, _)) => below.push(path),
            Err(error) => troubles.push(Trouble::new(path, &error)),
        }
    }
    below.sort();
    for path in below {
        list(&path, root, files, troubles);
    }
}

fn open(path: &Path, shown: String, spool: &mut Spool, troubles: &mut Vec<Trouble>) -> io::Result<()> {
    let mut file = File::open(path)?;
    let meta = file.metadata()?;
    // Pipes have no size, and files below /proc say they are empty.
    if !meta.is_file() || meta.len() == 0 {
        read_whole(shown, &mut file, spool, troubles);
    } else {
        admit(shown, Box::new(FileSource { file, len: meta.len() }), spool);
    }
    Ok(())
}

fn read_whole(path: String, from: &mut dyn Read, spool: &mut Spool, troubles: &mut Vec<Trouble>) {
    let limit = MAX_DOCUMENT_BYTES as u64;
    let mut bytes = Vec::new();
    let result = from.take(limit + 1).read_to_end(&mut bytes);
    let reason = match result {
        Err(error) => Some(Reason::Said(error.to_string())),
        Ok(_) if bytes.len() as u64 > limit => {
            bytes.truncate(MAX_DOCUMENT_BYTES);
            Some(Reason::TooLarge)
        }
        Ok(_) => None,
    };
    troubles.extend(reason.map(|reason| Trouble { path: path.clone(), reason }));
    admit(path, Box::new(MemorySource(bytes)), spool);
}

/// SHA-256 of an input; `None` when it cannot be read to its end, which the case finds out as well.
pub(crate) fn digest_of(source: &dyn Source) -> Option<String> {
    let mut digest = Digest::default();
    let mut buffer = vec![0; SLICE_BYTES.min(usize::try_from(source.len()).unwrap_or(SLICE_BYTES))];
    let mut at = 0;
    while at < source.len() {
        let n = source.read_at(at, &mut buffer).ok().filter(|n| *n > 0)?;
        digest.update(&buffer[..n]);
        at += n as u64;
    }
    Some(digest.finish())
}
