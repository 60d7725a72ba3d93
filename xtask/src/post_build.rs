//! Trunk's `post_build` hook: runs on the staged site, before it replaces `dist/`.
//!
//! Trunk leaves a worker's two files unhashed at the top, which a cache would mix across releases. In this order, because each step
//! looks at the bytes the one before left: shrink scripts, wasm and styles and repair the page's integrity (not in a development build), write
//! the texts that the page can say into `t-<hash>/`, move each worker into `<letter>-<hash>/`, say so in index.html, copy index.html to
//! 404.html, list every file for the service worker.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256, Sha384};

use crate::compiled::compiled;
use crate::engine_file::engine_file;
use crate::page_file::page_file;
use crate::{Result, locals, order, shrink, wasm};

/// The workers, and the letter their folders begin with.
const WORKERS: [(&str, &str); 4] = [("worker", "w"), ("reader", "r"), ("desk", "d"), ("unpack", "u")];

/// Runs on `TRUNK_STAGING_DIR`.
pub fn run() -> Result {
    let staged = env::var_os("TRUNK_STAGING_DIR").ok_or("post-build is called by trunk")?;
    finish(Path::new(&staged))
}

fn finish(site: &Path) -> Result {
    let page = site.join("index.html");
    let mut html = read_text(&page)?;

    // A development build stays readable.
    if env::var("TRUNK_PROFILE").as_deref() != Ok("debug") {
        shrink_code(site, &mut html)?;
        join_styles(site, &mut html)?;
    }

    html = replace_once(&html, &empty("texts"), &filled("texts", &write_texts(site)?))?;
    for (name, letter) in WORKERS {
        let content = move_worker(site, name, letter)?;
        html = replace_once(&html, &empty(name), &filled(name, &content))?;
    }
    write(&page, html.as_bytes())?;
    write(&site.join("404.html"), html.as_bytes())?;

    list_for_offline(site)
}

/// Makes the scripts and what belongs to them smaller, in place. A module and its script agree on short names.
fn shrink_code(site: &Path, html: &mut String) -> Result {
    let names = files(site)?;
    let mut change = |name: &str, edit: &dyn Fn(&[u8]) -> Option<Vec<u8>>| {
        let path = site.join(name);
        let before = read(&path)?;
        let after = edit(&before).ok_or_else(|| format!("{name} is not what its name says"))?;
        *html = html.replace(&integrity(&before), &integrity(&after));
        write(&path, &after)
    };
    for name in names.iter().filter(|name| name.ends_with(".wasm")) {
        let imports =
            wasm::imports(&read(&site.join(name))?).ok_or_else(|| format!("{name} imports what it should not"))?;
        let short = shrink::short_names(imports);
        change(name, &|module| {
            let module = wasm::with_imports_renamed(&wasm::without_custom_sections(module)?, &short)?;
            order::alike_together(&locals::by_use(&module)?)
        })?;
        let script = name.replace("_bg.wasm", ".js");
        change(&script, &|js| Some(shrink::renamed(str::from_utf8(js).ok()?, &short).into_bytes()))?;
    }
    for name in names.iter().filter(|name| name.ends_with(".js") && *name != "sw.js") {
        change(name, &|js| Some(shrink::script(&shrink::without_sync_start(str::from_utf8(js).ok()?)).into_bytes()))?;
    }
    Ok(())
}

/// Joins the styles into one file, in the order of their links: together they compress to two thirds.
fn join_styles(site: &Path, html: &mut String) -> Result {
    const LINK: &str = "<link rel=\"stylesheet\" href=\"./";
    let (mut css, mut rest) = (String::new(), String::with_capacity(html.len()));
    let mut place = None;
    for line in html.split_inclusive('\n') {
        let Some((name, _)) = line.trim_start().strip_prefix(LINK).and_then(|link| link.split_once('"')) else {
            rest.push_str(line);
            continue;
        };
        let path = site.join(name);
        css.push_str(&shrink::style(&read_text(&path)?));
        fs::remove_file(&path).map_err(|error| format!("{name}: {error}"))?;
        place.get_or_insert(rest.len());
    }
    let place = place.ok_or("index.html links no styles")?;
    let name = format!("style-{}.css", content_hash(css.as_bytes()));
    write(&site.join(&name), css.as_bytes())?;
    rest.insert_str(place, &format!("    {LINK}{name}\" integrity=\"{}\">\n", integrity(css.as_bytes())));
    *html = rest;
    Ok(())
}

/// Writes what the page and what the engine can say of each language into a folder named after its content; gives the folder.
fn write_texts(site: &Path) -> Result<String> {
    let source = site.join("locales");
    let mut texts = Vec::new();
    for name in files(&source)? {
        let all = compiled(&read_text(&source.join(&name))?);
        texts.push((page_file(&all), name.replace(".ftl", ".txt")));
        texts.push((engine_file(&all), name.replace(".ftl", ".engine.txt")));
    }
    let folder =
        format!("t-{}", content_hash(texts.iter().map(|(text, _)| text.as_str()).collect::<String>().as_bytes()));
    make_folder(site, &folder)?;
    for (text, name) in texts {
        write(&site.join(&folder).join(name), text.as_bytes())?;
    }
    fs::remove_dir_all(&source).map_err(|error| format!("locales: {error}"))?;
    Ok(folder)
}

/// Moves a worker's two files into a folder named after their content; gives what the page must know of them.
fn move_worker(site: &Path, name: &str, letter: &str) -> Result<String> {
    let names = [format!("{name}.js"), format!("{name}_bg.wasm")];
    let [js, wasm] = [read(&site.join(&names[0]))?, read(&site.join(&names[1]))?];
    let folder = format!("{letter}-{}", content_hash(&[&js[..], &wasm].concat()));
    make_folder(site, &folder)?;
    for name in &names {
        let (from, to) = (site.join(name), site.join(&folder).join(name));
        fs::rename(from, to).map_err(|error| format!("{folder}/{name}: {error}"))?;
    }
    Ok(format!("{folder}/{} {folder}/{} {}", names[0], names[1], integrity(&wasm)))
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

fn make_folder(site: &Path, name: &str) -> Result {
    fs::create_dir_all(site.join(name)).map_err(|error| format!("{name}: {error}"))
}

/// A `<meta>` of index.html that is to be filled.
fn empty(name: &str) -> String {
    filled(name, "")
}

fn filled(name: &str, content: &str) -> String {
    format!("name=\"debrief-{name}\" content=\"{content}\"")
}

/// What a hashed name holds.
fn content_hash(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes)[..8])
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
    use super::{base64, empty, files, finish, integrity};
    use std::fs;
    use std::path::Path;

    /// Imports `long`, and has names.
    const WASM: &[u8] = b"\0asm\x01\0\0\0\x02\x0a\x01\x01m\x04long\0\x07\0\x06\x04nameZ";
    const SMALL: &[u8] = b"\0asm\x01\0\0\0\x02\x08\x01\x01m\x02_a\0\x07";

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
        fs::create_dir_all(site.join("locales")).unwrap();
        let metas: String =
            ["worker", "reader", "desk", "unpack", "texts"].map(empty).map(|meta| format!("<meta {meta}>\n")).concat();
        let styles =
            ["a", "b"].map(|name| format!("    <link rel=\"stylesheet\" href=\"./{name}.css\" integrity=\"x\"/>\n"));
        let html = format!("<link integrity=\"{}\">\n{}{metas}", integrity(WASM), styles.concat());
        let sources = [("index.html", html.as_bytes()), ("page-0123456789abcdef_bg.wasm", WASM), ("worker.js", b"js")];
        let more = [
            ("page-0123456789abcdef.js", &b"  // x\n  long();\n"[..]),
            ("a.css", b"a { color: red; }\n"),
            ("b.css", b"b { color: red; }\n"),
            ("locales/en.ftl", b"# x\n\npage-a = A\ncli-a = A\n    b\npanel-a = P\n"),
            ("worker_bg.wasm", WASM),
            ("reader.js", b"js"),
            ("reader_bg.wasm", WASM),
            ("desk.js", b"js"),
            ("desk_bg.wasm", WASM),
            ("unpack.js", b"js"),
            ("unpack_bg.wasm", WASM),
            (".hidden", b""),
            ("sw.js", b"const VERSION = \"\";\nconst FILES = [];\n"),
        ];
        for (name, bytes) in sources.into_iter().chain(more) {
            fs::write(site.join(name), bytes).unwrap();
        }

        finish(&site).unwrap();

        let names = files(&site).unwrap();
        let worker = names.iter().find(|name| name.ends_with("/worker_bg.wasm")).unwrap();
        assert!(worker.starts_with("w-") && !names.contains(&"worker.js".to_owned()), "{names:?}");
        assert_eq!(fs::read(site.join(worker)).unwrap(), SMALL);
        let content = |end: &str| {
            let name = names.iter().find(|name| name.ends_with(end)).unwrap();
            (name.as_str(), fs::read_to_string(site.join(name)).unwrap())
        };
        assert_eq!(content("page-0123456789abcdef.js").1, "_a();\n");
        let (style, css) = content(".css");
        assert_eq!(css, "a{color:red}b{color:red}");
        let (text, said) = content("/en.txt");
        assert_eq!((said.as_str(), content("/en.engine.txt").1.as_str()), ("page-a=A\n", "panel-a=P\n"));
        let html = fs::read_to_string(site.join("index.html")).unwrap();
        assert!(
            html.starts_with(&format!("<link integrity=\"{}\">\n    <link rel=\"stylesheet\"", integrity(SMALL))),
            "{html}"
        );
        assert!(html.contains(&format!("./{style}\" integrity=\"{}\">\n<meta", integrity(css.as_bytes()))), "{html}");
        assert!(html.contains(&format!("{worker} {}\">", integrity(SMALL))), "{html}");
        assert!(html.contains(&format!("content=\"{}\"", text.trim_end_matches("/en.txt"))), "{html}");
        assert_eq!(html, fs::read_to_string(site.join("404.html")).unwrap());
        let script = fs::read_to_string(site.join("sw.js")).unwrap();
        assert!(script.contains("\"./\"") && script.contains(worker) && !script.contains("404.html"), "{script}");
        assert!(finish(&site).is_err(), "a finished site is not finished twice");
    }
}
