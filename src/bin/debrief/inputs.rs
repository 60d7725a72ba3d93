//! From paths to inputs of a case: files, directories with everything below them, standard input.

use std::fs::{self, File};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use debrief::evidence::digest::Digest;
use debrief::evidence::guard::{MAX_DOCUMENT_BYTES, SLICE_BYTES};
use debrief::evidence::{MemorySource, ReadError, Source};

/// An input that was opened.
pub(crate) struct Input {
    /// As shown: the path as given, `-` for standard input.
    pub(crate) path: String,
    pub(crate) source: Box<dyn Source>,
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
}

impl Trouble {
    fn new(path: &Path, error: &io::Error) -> Self {
        Self { path: path.to_string_lossy().into_owned(), reason: Reason::Said(error.to_string()) }
    }
}

/// Opens everything the paths name, in their order, directories sorted by name.
pub(crate) fn open_all(paths: &[PathBuf]) -> (Vec<Input>, Vec<Trouble>) {
    let (mut inputs, mut troubles) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            read_whole("-".to_owned(), &mut io::stdin().lock(), &mut inputs, &mut troubles);
            continue;
        }
        let mut files = Vec::new();
        list(path, &mut files, &mut troubles);
        for file in files {
            let shown = file.to_string_lossy().into_owned();
            if let Err(error) = open(&file, shown, &mut inputs, &mut troubles) {
                troubles.push(Trouble::new(&file, &error));
            }
        }
    }
    (inputs, troubles)
}

/// Lists a file, or all files below a directory. Hidden ones too: bundles hold them; but not what git keeps. Links to directories are
/// not followed below the first: they can form a circle.
fn list(path: &Path, files: &mut Vec<PathBuf>, troubles: &mut Vec<Trouble>) {
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
            Ok((path, kind)) if kind.is_dir() && path.file_name().is_some_and(|name| name == ".git") => {}
            Ok((path, _)) => below.push(path),
            Err(error) => trouble(error),
        }
    }
    below.sort();
    for path in below {
        list(&path, files, troubles);
    }
}

fn open(path: &Path, shown: String, inputs: &mut Vec<Input>, troubles: &mut Vec<Trouble>) -> io::Result<()> {
    let mut file = File::open(path)?;
    let meta = file.metadata()?;
    // Pipes have no size, and files below /proc say they are empty.
    if !meta.is_file() || meta.len() == 0 {
        read_whole(shown, &mut file, inputs, troubles);
    } else {
        inputs.push(Input { path: shown, source: Box::new(FileSource { file, len: meta.len() }) });
    }
    Ok(())
}

fn read_whole(path: String, from: &mut dyn Read, inputs: &mut Vec<Input>, troubles: &mut Vec<Trouble>) {
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
    inputs.push(Input { path, source: Box::new(MemorySource(bytes)) });
}

/// A file on disk, read where it is asked for.
struct FileSource {
    file: File,
    len: u64,
}

impl Source for FileSource {
    fn len(&self) -> u64 {
        self.len
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        // One seek per slice costs nothing and works on every system; the bin has one thread.
        let wanted = self.len.saturating_sub(offset).min(buffer.len() as u64);
        let mut file = &self.file;
        let mut rest = &mut buffer[..wanted as usize];
        let mut at = offset;
        let failed = |at, error: io::Error| ReadError { at, reason: error.to_string() };
        file.seek(SeekFrom::Start(offset)).map_err(|error| failed(at, error))?;
        while !rest.is_empty() {
            match file.read(rest) {
                Ok(0) => break,
                Ok(n) => {
                    at += n as u64;
                    rest = &mut rest[n..];
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(failed(at, error)),
            }
        }
        Ok((at - offset) as usize)
    }
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
