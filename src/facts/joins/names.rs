//! What a program is called, by what its own stacks print: names of files are no evidence.

use super::Seen;
use crate::facts::stacks::names::{is_standard, package};
use crate::model::{Arg, Message};

/// A command as the kernel keeps it.
const COMM: usize = 15;
/// Shorter parts of a path agree by chance.
const MIN_PART: usize = 4;
/// Tasks whose packages name the program.
const MAX_TASKS: usize = 64;

/// Hosts of code, behind which its owner stands.
const HOSTS: [&str; 4] = ["bitbucket.org/", "gitee.com/", "github.com/", "gitlab.com/"];

/// Parts of packages that many programs have.
const GENERIC: &[&str] = &[
    "api",
    "app",
    "apis",
    "apps",
    "client",
    "cmd",
    "common",
    "core",
    "daemon",
    "github.com",
    "gitlab.com",
    "golang.org",
    "google.golang.org",
    "gopkg.in",
    "grpc",
    "http",
    "internal",
    "k8s.io",
    "kubernetes",
    "libs",
    "main",
    "master",
    "mod",
    "netlink",
    "network",
    "node",
    "pkg",
    "plugin",
    "plugins",
    "rpc",
    "runtime",
    "server",
    "service",
    "sigs.k8s.io",
    "src",
    "types",
    "unix",
    "util",
    "utils",
    "vendor",
    "vishvananda",
    "plumbing",
];

/// Names of the program that a dump is of.
pub(super) struct Names<'a> {
    /// What it is called: by its envelope, else by the folder of its main function, else by the package of its lock's holder; may be empty.
    pub(super) program: String,
    /// The envelope's or the main function's name, which are surer than packages.
    own: Vec<&'a str>,
    /// Parts of the packages that its holder and its waiters run.
    parts: Vec<&'a str>,
}

impl<'a> Names<'a> {
    /// Gathers them.
    pub(super) fn of(seen: &Seen<'a>) -> Self {
        let Seen { facts, dump, symbols } = *seen;
        let mut own = vec![symbols.text_of(dump.process)];
        let main = facts
            .groups
            .iter()
            .flat_map(|group| symbols.frames_of(group.stack).iter().copied().chain(group.created_by));
        let main =
            main.map(|frame| symbols.frame_of(frame)).find(|frame| symbols.text_of(frame.function) == "main.main");
        own.extend(main.and_then(|frame| folder(symbols.text_of(frame.file))));
        own.retain(|name| !name.is_empty() && !GENERIC.contains(name));
        let waiters = facts.main_chain().map(|(_, queue)| queue.waiters.iter().copied()).into_iter().flatten();
        let tasks = seen.holder().into_iter().chain(waiters).take(MAX_TASKS);
        let functions = tasks.filter_map(|index| seen.task(index)).flat_map(|task| symbols.frames_of(task.stack));
        let packages = functions.map(|frame| package(symbols.function_of(*frame))).filter(|name| !is_standard(name));
        let mut parts: Vec<&str> = Vec::new();
        // Whose code it is, on a host of many, is no name of a program.
        let n_skipped = |package: &str| if HOSTS.iter().any(|host| package.starts_with(host)) { 2 } else { 0 };
        for part in packages.flat_map(|package| package.split('/').skip(n_skipped(package))) {
            let is_telling = part.len() >= MIN_PART && !part.contains('.') && !GENERIC.contains(&part);
            if is_telling && !parts.contains(&part) && parts.len() < MAX_TASKS {
                parts.push(part);
            }
        }
        let program = own.first().map(|name| (*name).to_owned()).unwrap_or_default();
        Self { program, own, parts }
    }

    /// The name in a sentence.
    pub(super) fn shown(&self) -> Arg {
        match (self.program.as_str(), self.parts.first()) {
            ("", Some(part)) => Message::new("finding-stall-program-of").with("name", *part).into(),
            ("", None) => Message::new("finding-stall-program").into(),
            (program, _) => program.into(),
        }
    }

    /// The same in a chain; a question mark where nothing names it.
    pub(super) fn short(&self) -> String {
        let name = Some(self.program.as_str()).filter(|name| !name.is_empty()).or(self.parts.first().copied());
        name.unwrap_or_default().to_owned()
    }

    /// Whether a command may be this program's: it has its name, or begins like one of its packages.
    pub(super) fn is_kin(&self, command: &str) -> bool {
        let cut = |name: &str| name.get(..COMM).unwrap_or(name).to_owned();
        let command = cut(command);
        let begins = |a: &str, b: &str| a.len() >= MIN_PART && b.starts_with(a);
        self.own.iter().any(|name| cut(name) == command || begins(&command, name) || begins(name, &command))
            || self.parts.iter().any(|part| begins(part, &command) || begins(&command, part))
    }

    /// Whether the dump names its program by itself.
    pub(super) fn is_known(&self) -> bool {
        !self.own.is_empty()
    }
}

/// The folder of a file: `/src/cmd/orbitd/main.go` is of `orbitd`.
fn folder(file: &str) -> Option<&str> {
    let mut parts = file.rsplit('/');
    parts.next()?;
    parts.next().filter(|name| !name.is_empty())
}
