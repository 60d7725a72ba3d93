//! Serves the built site on this machine only.

use std::net::{Ipv4Addr, TcpListener};
use std::path::PathBuf;

use crate::run::root;
use crate::server::Site;
use crate::{Result, build, setup};

/// Sets up, builds and serves until stopped.
pub fn build_and_serve(args: &[String]) -> Result {
    let options = Options::parse(args)?;
    // Taken first: a busy port is said before minutes of building, not after.
    let listener = options.listen()?;
    setup::for_build()?;
    build::release_site()?;
    options.serve(&listener)
}

/// Serves what is in `dist/`.
pub fn serve_only(args: &[String]) -> Result {
    let options = Options::parse(args)?;
    options.serve(&options.listen()?)
}

#[derive(Debug, PartialEq)]
struct Options {
    port: u16,
    base: String,
    dir: PathBuf,
}

impl Options {
    fn parse(args: &[String]) -> Result<Self> {
        let mut options = Self { port: 8080, base: "/".to_owned(), dir: PathBuf::from("dist") };
        let mut args = args.iter();
        while let Some(name) = args.next() {
            let value = args.next().ok_or_else(|| format!("{name} needs a value"))?;
            match name.as_str() {
                "--port" => options.port = value.parse().map_err(|_| format!("--port: '{value}' is not a port"))?,
                "--base" if value.starts_with('/') && value.ends_with('/') => options.base.clone_from(value),
                "--base" => return Err(format!("--base: '{value}' must start and end with /")),
                "--dir" => options.dir = PathBuf::from(value),
                _ => return Err(format!("no option '{name}'")),
            }
        }
        Ok(options)
    }

    fn listen(&self) -> Result<TcpListener> {
        TcpListener::bind((Ipv4Addr::LOCALHOST, self.port))
            .map_err(|error| format!("port {}: {error}; choose another with --port", self.port))
    }

    fn serve(&self, listener: &TcpListener) -> Result {
        let site = Site::new(root().join(&self.dir), &self.base)?;
        let address = listener.local_addr().map_err(|error| error.to_string())?;
        println!("Debrief: http://{address}{} (Ctrl+C stops)", self.base);
        site.serve(listener);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Options;

    fn parse(args: &[&str]) -> Result<Options, String> {
        Options::parse(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn options() {
        assert_eq!(parse(&[]), Ok(Options { port: 8080, base: "/".into(), dir: "dist".into() }));
        let all = parse(&["--base", "/x/", "--port", "0", "--dir", "d"]);
        assert_eq!(all, Ok(Options { port: 0, base: "/x/".into(), dir: "d".into() }));
        for wrong in [&["--port"][..], &["--port", "70000"], &["--base", "x"], &["--what", "1"]] {
            assert!(parse(wrong).is_err(), "{wrong:?}");
        }
    }
}
