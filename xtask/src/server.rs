//! A static server for one folder: GET and HEAD, right media types, nothing outside the folder. For this machine and the tests.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::Result;

/// More than any browser sends; a longer request line or head is refused.
const MAX_HEAD: u64 = 64 * 1024;

/// A folder and the path it is served at.
pub struct Site {
    folder: PathBuf,
    base: String,
}

/// What a request line asks for.
#[derive(Debug, PartialEq)]
enum Target {
    File(PathBuf),
    Redirect(String),
    Missing,
    BadRequest,
    NotAllowed,
}

impl Site {
    /// The site in `folder`, which must have been built.
    pub fn new(folder: PathBuf, base: &str) -> Result<Arc<Self>> {
        if !folder.join("index.html").is_file() {
            return Err(format!("{} has no index.html: run `cargo xtask build` first", folder.display()));
        }
        Ok(Arc::new(Self { folder, base: base.to_owned() }))
    }

    /// Answers for ever, one thread per connection: browsers open a handful.
    pub fn serve(self: &Arc<Self>, listener: &TcpListener) {
        for stream in listener.incoming().flatten() {
            let site = Arc::clone(self);
            thread::spawn(move || site.answer(&stream));
        }
    }

    /// A broken connection concerns only the browser that broke it.
    fn answer(&self, stream: &TcpStream) -> Option<()> {
        stream.set_read_timeout(Some(Duration::from_secs(30))).ok()?;
        let mut reader = BufReader::new(stream.take(MAX_HEAD));
        let mut request = String::new();
        reader.read_line(&mut request).ok()?;
        let mut header = String::new();
        while reader.read_line(&mut header).ok()? > 2 {
            header.clear();
        }
        let with_body = !request.starts_with("HEAD ");
        match self.target(&request) {
            Target::File(path) => send_file(stream, "200 OK", &path, with_body),
            Target::Missing => send_file(stream, "404 Not Found", &self.folder.join("404.html"), with_body),
            Target::Redirect(to) => send_empty(stream, "308 Permanent Redirect", &format!("Location: {to}\r\n")),
            Target::BadRequest => send_empty(stream, "400 Bad Request", ""),
            Target::NotAllowed => send_empty(stream, "405 Method Not Allowed", "Allow: GET, HEAD\r\n"),
        }
        .ok()
    }

    fn target(&self, request: &str) -> Target {
        let mut words = request.split(' ');
        let (Some(method), Some(address), Some(_)) = (words.next(), words.next(), words.next()) else {
            return Target::BadRequest;
        };
        if method != "GET" && method != "HEAD" {
            return Target::NotAllowed;
        }
        let Some(path) = percent_decoded(address.split(['?', '#']).next().unwrap_or_default()) else {
            return Target::BadRequest;
        };
        let Some(inside) = path.strip_prefix(&self.base) else {
            let at_the_door = path == "/" || path == self.base.trim_end_matches('/');
            return if at_the_door { Target::Redirect(self.base.clone()) } else { Target::Missing };
        };
        // Only plain names: no `..`, no empty or hidden ones, no separators of other systems.
        let plain = |part: &str| !part.is_empty() && !part.starts_with('.') && !part.contains(['\\', '\0', ':']);
        let name = if inside.is_empty() { "index.html" } else { inside };
        if !name.split('/').all(plain) {
            return Target::Missing;
        }
        let file = self.folder.join(name);
        if file.is_file() { Target::File(file) } else { Target::Missing }
    }
}

fn send_file(mut stream: &TcpStream, status: &str, path: &Path, with_body: bool) -> io::Result<()> {
    let Ok(mut file) = File::open(path) else { return send_empty(stream, status, "") };
    let (length, media_type) = (fs::metadata(path)?.len(), media_type(path));
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nCache-Control: no-cache\r\n\
         X-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
    )?;
    if with_body {
        io::copy(&mut file, &mut stream)?;
    }
    stream.flush()
}

fn send_empty(mut stream: &TcpStream, status: &str, headers: &str) -> io::Result<()> {
    write!(stream, "HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n")?;
    stream.flush()
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|it| it.to_str()).unwrap_or_default() {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "json" => "application/json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "csv" => "text/csv; charset=utf-8",
        "txt" | "log" | "conf" | "md" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

fn percent_decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(match byte {
            b'%' => {
                let mut digit = || char::from(rest.next()?).to_digit(16);
                u8::try_from(digit()? * 16 + digit()?).ok()?
            }
            other => other,
        });
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::{Site, Target};
    use std::path::Path;

    #[test]
    fn only_files_of_the_folder_are_served() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let site = |base: &str| Site { folder: folder.clone(), base: base.to_owned() };
        let file = |name: &str| Target::File(folder.join(name));
        let redirect = || Target::Redirect("/sub/".to_owned());
        let cases = [
            ("/", "GET /main.rs HTTP/1.1\r\n", file("main.rs")),
            ("/", "HEAD /%6dain.rs?x=1 HTTP/1.1\r\n", file("main.rs")),
            ("/", "GET / HTTP/1.1\r\n", Target::Missing),
            ("/", "GET /../Cargo.toml HTTP/1.1\r\n", Target::Missing),
            ("/", "GET /%2e%2e/Cargo.toml HTTP/1.1\r\n", Target::Missing),
            ("/", "GET /..%5cCargo.toml HTTP/1.1\r\n", Target::Missing),
            ("/", "GET //etc/passwd HTTP/1.1\r\n", Target::Missing),
            ("/", "GET /%zz HTTP/1.1\r\n", Target::BadRequest),
            ("/", "POST /main.rs HTTP/1.1\r\n", Target::NotAllowed),
            ("/", "\r\n", Target::BadRequest),
            ("/sub/", "GET /sub/main.rs HTTP/1.1\r\n", file("main.rs")),
            ("/sub/", "GET / HTTP/1.1\r\n", redirect()),
            ("/sub/", "GET /sub HTTP/1.1\r\n", redirect()),
            ("/sub/", "GET /main.rs HTTP/1.1\r\n", Target::Missing),
        ];
        for (base, request, expected) in cases {
            assert_eq!(site(base).target(request), expected, "{base} {request}");
        }
    }
}
