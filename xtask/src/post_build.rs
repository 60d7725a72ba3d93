//! Trunk's `post_build` hook: runs on the staged site, before it replaces `dist/`.
//!
//! Trunk leaves the worker's two files unhashed at the top, which a cache would mix across releases. In this order, because each step
//! looks at the bytes the one before left: drop the name sections, repair the page's integrity, move the worker into `w-<hash>/`, say so
//! in index.html, copy index.html to 404.html, list every file for the service worker.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256, Sha384};

use crate::{Result, wasm};

const WORKER: [&str; 2] = ["worker.js", "worker_bg.wasm"];

/// Runs on `TRUNK_STAGING_DIR`.
pub fn run() -> Result {
    let staged = env::var_os("TRUNK_STAGING_DIR").ok_or("post-build is called by trunk")?;
    finish(Path::new(&staged))
}

fn finish(site: &Path) -> Result {
    let page = site.join("index.html");
    let mut html = read_text(&page)?;
    let names = files(site)?;

    // A development build keeps its names: there they are read.
    if env::var("TRUNK_PROFILE").as_deref() != Ok("debug") {
        for name in names.iter().filter(|name| name.ends_with(".wasm")) {
            let path = site.join(name);
            let before = read(&path)?;
            let after = wasm::without_names(&before).ok_or_else(|| format!("{name} is not a wasm module"))?;
            write(&path, &after)?;
            html = html.replace(&integrity(&before), &integrity(&after));
        }
    }

    let parts = WORKER.map(|name| read(&site.join(name)));
    let [js, wasm] = &parts;
    let (js, wasm) = (js.as_ref().map_err(String::clone)?, wasm.as_ref().map_err(String::clone)?);
    let folder = format!("w-{}", &hex(&Sha256::digest([&js[..], wasm].concat()))[..16]);
    fs::create_dir_all(site.join(&folder)).map_err(|error| format!("{folder}: {error}"))?;
    for name in WORKER {
        let (from, to) = (site.join(name), site.join(&folder).join(name));
        fs::rename(from, to).map_err(|error| format!("{folder}/{name}: {error}"))?;
    }
    let content = format!("{folder}/{} {folder}/{} {}", WORKER[0], WORKER[1], integrity(wasm));
    html = replace_once(
        &html,
        "name=\"debrief-worker\" content=\"\"",
        &format!("name=\"debrief-worker\" content=\"{content}\""),
    )?;
    write(&page, html.as_bytes())?;
    write(&site.join("404.html"), html.as_bytes())?;

    list_for_offline(site)
}

/// Fills sw.js: every file of the release, and a version over their names and bytes.
fn list_for_offline(site: &Path) -> Result {
    // The service worker cannot list itself, and 404.html is the page once more. index.html is asked for by its folder.
    let names: Vec<String> = files(site)?.into_iter().filter(|name| name != "sw.js" && name != "404.html").collect();
    let mut version = Sha256::new();
    for name in &names {
        version.update(name.as_bytes());
        version.update(Sha256::digest(read(&site.join(name))?));
    }
    let version = &hex(&version.finalize())[..16];
    let list: Vec<String> =
        names.iter().map(|name| format!("  {:?},\n", if name == "index.html" { "./" } else { name })).collect();
    let path = site.join("sw.js");
    let script = replace_once(&read_text(&path)?, "VERSION = \"\"", &format!("VERSION = \"{version}\""))?;
    let script = replace_once(&script, "FILES = []", &format!("FILES = [\n{}]", list.concat()))?;
    write(&path, script.as_bytes())?;
    println!("post-build: {} files work offline, version {version}", names.len());
    Ok(())
}

/// Paths below `site` with `/`, sorted; hidden ones are not part of the site.
fn files(site: &Path) -> Result<Vec<String>> {
    fn visit(folder: &Path, prefix: &str, found: &mut Vec<String>) -> std::io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{prefix}{name}");
            if entry.file_type()?.is_dir() {
                visit(&entry.path(), &format!("{path}/"), found)?;
            } else {
                found.push(path);
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    visit(site, "", &mut found).map_err(|error| format!("{}: {error}", site.display()))?;
    found.sort();
    Ok(found)
}

fn replace_once(text: &str, from: &str, to: &str) -> Result<String> {
    match text.matches(from).count() {
        1 => Ok(text.replace(from, to)),
        count => Err(format!("expected `{from}` once, found it {count} times")),
    }
}

/// A subresource-integrity value, as Trunk writes them.
fn integrity(bytes: &[u8]) -> String {
    format!("sha384-{}", base64(&Sha384::digest(bytes)))
}

/// Base64 of whole groups of three bytes, which every SHA-384 digest is.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let digit = |group: u32, shift: u32| char::from(DIGITS[(group >> shift & 63) as usize]);
    bytes
        .chunks_exact(3)
        .map(|three| u32::from_be_bytes([0, three[0], three[1], three[2]]))
        .flat_map(|group| [18, 12, 6, 0].map(|shift| digit(group, shift)))
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn read(path: &PathBuf) -> Result<Vec<u8>> {
    fs::read(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn read_text(path: &PathBuf) -> Result<String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

fn write(path: &Path, bytes: &[u8]) -> Result {
    fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::{base64, files, finish, integrity};
    use std::fs;
    use std::path::Path;

    const WASM: &[u8] = b"\0asm\x01\0\0\0\0\x06\x04nameZ";
    const NAMELESS: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn base64_of_whole_groups() {
        assert_eq!(base64(b"Man"), "TWFu");
        assert_eq!(base64(&[0xff, 0xef, 0xbe, 0, 0, 0]), "/+++AAAA");
    }

    #[test]
    fn a_staged_site_is_finished() {
        let site = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/post-build-test");
        let _ = fs::remove_dir_all(&site);
        fs::create_dir_all(&site).unwrap();
        let html = format!("<link integrity=\"{}\"><meta name=\"debrief-worker\" content=\"\">", integrity(WASM));
        let sources = [("index.html", html.as_bytes()), ("page-0123456789abcdef_bg.wasm", WASM), ("worker.js", b"js")];
        let more =
            [("worker_bg.wasm", WASM), (".hidden", b""), ("sw.js", b"const VERSION = \"\";\nconst FILES = [];\n")];
        for (name, bytes) in sources.into_iter().chain(more) {
            fs::write(site.join(name), bytes).unwrap();
        }

        finish(&site).unwrap();

        let names = files(&site).unwrap();
        let worker = names.iter().find(|name| name.ends_with("/worker_bg.wasm")).unwrap();
        assert!(worker.starts_with("w-") && !names.contains(&"worker.js".to_owned()), "{names:?}");
        assert_eq!(fs::read(site.join(worker)).unwrap(), NAMELESS);
        let html = fs::read_to_string(site.join("index.html")).unwrap();
        assert!(html.starts_with(&format!("<link integrity=\"{}\">", integrity(NAMELESS))), "{html}");
        assert!(html.contains(&format!("{worker} {}\">", integrity(NAMELESS))), "{html}");
        assert_eq!(html, fs::read_to_string(site.join("404.html")).unwrap());
        let script = fs::read_to_string(site.join("sw.js")).unwrap();
        assert!(script.contains("\"./\"") && script.contains(worker) && !script.contains("404.html"), "{script}");
        assert!(finish(&site).is_err(), "a finished site is not finished twice");
    }
}
