//! Names of accounts.
//!
//! Found where the position tells: `user=alice`, `"username": "alice"`, `acct="alice"`, `uid=1000(alice)`, `session opened for user alice`,
//! `Accepted publickey for alice from …`, `Failed password for invalid user alice`, `sudo:   alice : TTY=…`, `user 'alice'`, `用户 alice`,
//! `/home/alice/`, `/Users/alice/`, `ssh alice@node-5`, `[alice@node-5 ~]$`, `scheme://alice:…@host`, `'alice'@'10.0.0.5'`.
//! Not hits: `root`, `nobody`, `system:…`, accounts of services and distributions (`postgres`, `www-data`, `ubuntu`), numbers (`user=1000`),
//! words that follow `user` in prose (`user processes`, `for user authentication`).
//! Not found: names of people in prose or in `Author:` lines, account columns of process listings, `DOMAIN\alice`; an account that is known
//! ([`KnownNames`](super::KnownNames)) is found everywhere.

use super::host;
use super::pairs::{Pair, Separator, fold};
use super::scan::{Hits, Name, all, before, byte, each_name, is_in, is_name, run, run_back};
use crate::model::RedactionClass as Class;

/// Accounts that belong to nobody, and words that stand where a name could.
const NOBODY: &[&str] = &[
    "access",
    "account",
    "accounts",
    "adm",
    "admin",
    "administrator",
    "agent",
    "all",
    "and",
    "anonymous",
    "apache",
    "authentication",
    "authorization",
    "backup",
    "bin",
    "cannot",
    "centos",
    "core",
    "could",
    "daemon",
    "data",
    "dbus",
    "debian",
    "default",
    "defined",
    "does",
    "ec2-user",
    "elasticsearch",
    "error",
    "etcd",
    "exists",
    "experience",
    "failed",
    "false",
    "feedback",
    "for",
    "from",
    "git",
    "grafana",
    "group",
    "groups",
    "guest",
    "has",
    "id",
    "in",
    "info",
    "input",
    "interaction",
    "interface",
    "invalid",
    "is",
    "kafka",
    "kube",
    "kubelet",
    "limit",
    "limits",
    "login",
    "mail",
    "management",
    "manager",
    "mode",
    "mongodb",
    "must",
    "mysql",
    "name",
    "namespace",
    "namespaces",
    "nginx",
    "nil",
    "nobody",
    "nologin",
    "none",
    "not",
    "ntp",
    "null",
    "of",
    "on",
    "operator",
    "or",
    "password",
    "polkitd",
    "postgres",
    "postmaster",
    "process",
    "processes",
    "prometheus",
    "rabbitmq",
    "redis",
    "request",
    "requests",
    "required",
    "root",
    "rpc",
    "runner",
    "service",
    "session",
    "sessions",
    "shared",
    "slice",
    "space",
    "sshd",
    "string",
    "sync",
    "sys",
    "syslog",
    "system",
    "systemd-network",
    "systemd-resolve",
    "test",
    "that",
    "the",
    "this",
    "to",
    "tomcat",
    "true",
    "ubuntu",
    "undefined",
    "unknown",
    "user",
    "users",
    "vagrant",
    "was",
    "who",
    "with",
    "www",
    "www-data",
    "x-access-token",
    "zookeeper",
];
/// Keys whose value is an account.
const KEYS: &[&str] = &[
    "acct",
    "dbuser",
    "login",
    "loginname",
    "logname",
    "pguser",
    "remoteuser",
    "ruser",
    "sudouser",
    "uid",
    "user",
    "userid",
    "username",
];
/// Words that make the one after `user` a name.
const LEADS: &[&str] = &["as", "authenticating", "by", "for", "from", "invalid", "of", "to", "unknown"];
/// The longest account name.
const MAX_NAME: usize = 64;

pub(super) fn find(text: &str, hits: &mut Hits) {
    let mut lead = "";
    each_name(text, |name| {
        if (is_told(&name, lead) || is_home(&name)) && is_person(name.word()) {
            hits.push(Class::User, name.at.clone());
        }
        lead = name.previous();
    });
    logins(text, hits);
    numbered(text, hits);
}

/// Whether the word can be the account of a person.
pub(super) fn is_person(word: &str) -> bool {
    word.len() <= MAX_NAME
        && word.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && word.bytes().all(is_name)
        && !is_in(NOBODY, &word.to_ascii_lowercase())
}

/// Whether what stands around tells that the word is an account. `lead` = the word before the one before it.
fn is_told(name: &Name<'_>, lead: &str) -> bool {
    let (gap, previous) = (name.gap(), name.previous());
    let inside = gap.trim_end_matches([' ', '"', '\'', '`', '\\', '：', ':', '「', '名']);
    if inside.ends_with("用户") || inside.ends_with("账号") {
        return name.word().len() > 1;
    }
    if previous.eq_ignore_ascii_case("user") {
        let is_quoted = matches!(gap, " '" | " \"" | " `" | " \\\"");
        return is_quoted || gap == " " && is_in(LEADS, &lead.to_ascii_lowercase());
    }
    if gap == " " && previous == "for" && name.rest().starts_with(" from ") {
        let line = name.line_before(120);
        return line.contains("Accepted ") || line.contains("Failed ");
    }
    gap.trim_end().ends_with(':') && name.rest().starts_with(" : ") && name.line_before(120).contains("sudo")
}

fn is_home(name: &Name<'_>) -> bool {
    if !name.gap().ends_with(['/', '\\']) {
        return false;
    }
    let ahead = name.line_before(16);
    ["/home/", "/Users/", "\\Users\\"].iter().any(|folder| ahead.ends_with(folder))
}

/// `alice@node-5` where a command, a prompt or the machine tells that it is a login and not an address.
fn logins(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    for at in memchr::memchr_iter(b'@', bytes) {
        let quoted = at > 0 && bytes[at - 1] == b'\'' && byte(bytes, at + 1) == b'\'';
        let user_end = at - usize::from(quoted);
        let floor = user_end.saturating_sub(MAX_NAME + 1);
        let user = floor + run_back(&bytes[floor..], user_end - floor, is_name);
        let user = user + usize::from(user < user_end && before(bytes, user + 1) == b' ');
        let start = at + 1 + usize::from(quoted);
        let end = run(&bytes[..bytes.len().min(start + 254)], start, is_name);
        let machine = text[start..end].trim_end_matches(['.', '-', '_']);
        let name = &text[user..user_end];
        if name.is_empty() || machine.is_empty() || !(quoted || is_login(text, user, name, start, machine)) {
            continue;
        }
        if is_person(name) {
            hits.push(Class::User, user..user_end);
        }
        if host::is_short(machine) {
            hits.push_node(start..start + machine.len());
        }
    }
}

fn is_login(text: &str, user: usize, name: &str, start: usize, machine: &str) -> bool {
    let rest = &text[start + machine.len()..];
    let ahead = text[..user].trim_end_matches([' ', '"', '\'', '`']);
    let word = run_back(ahead.as_bytes(), ahead.len(), |byte| byte.is_ascii_alphabetic());
    // A digest, a version and the address of a Java object follow an `@` too.
    let is_machine = host::is_short(machine) && machine != "sha256" && machine != "latest";
    let is_inside = machine.rsplit('.').next().is_some_and(|last| machine.contains('.') && is_in(host::INTERNAL, last));
    let is_address =
        machine.split('.').count() == 4 && machine.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let is_prompt =
        text[..user].ends_with('[') && rest.starts_with(' ') || rest.starts_with(":~") || rest.starts_with(":/");
    let is_told =
        matches!(&ahead[word..], "ssh" | "scp" | "sftp" | "rsync" | "as" | "by" | "login") || ahead.ends_with("登录");
    let is_free = !matches!(before(text.as_bytes(), user), b'/' | b':' | b'@');
    is_free && (is_address || is_machine && (name == "root" || is_prompt || is_told || is_inside || has_command(ahead)))
}

/// Whether a command that takes logins stands shortly before.
fn has_command(ahead: &str) -> bool {
    let from = ahead.len().saturating_sub(80);
    let near = ahead.as_bytes()[from..].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    ["ssh ", "scp ", "sftp ", "rsync "].iter().any(|command| memchr::memmem::find(near, command.as_bytes()).is_some())
}

/// `uid=1000(alice) gid=1000(alice)`: the name of the number, also where it is a group's.
fn numbered(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    for at in all(text.as_bytes(), "id=") {
        let open = run(bytes, at + 3, |byte| byte.is_ascii_digit());
        let end = run(bytes, open + 1, is_name);
        if open > at + 3 && byte(bytes, open) == b'(' && byte(bytes, end) == b')' && is_person(&text[open + 1..end]) {
            hits.push(Class::User, open + 1..end);
        }
    }
}

/// Whether a name says that its value is an account.
pub(super) fn is_key(key: &str) -> bool {
    is_in(KEYS, &fold(key))
}

/// A named value that is an account.
pub(super) fn pair(pair: &Pair<'_>, hits: &mut Hits) -> usize {
    // `User Id=bob` of connection strings.
    let is_id = pair.key.eq_ignore_ascii_case("id") && {
        let ahead = pair.text[..pair.start].trim_end_matches(['"', '\'', ' ', '=', 'd', 'D', 'i', 'I']);
        ahead.len() >= 4 && ahead.as_bytes()[ahead.len() - 4..].eq_ignore_ascii_case(b"user")
    };
    if pair.separator == Separator::Cell || !(is_id || is_key(pair.key)) {
        return 0;
    }
    let bytes = pair.text.as_bytes();
    let end = run(&bytes[..bytes.len().min(pair.start + MAX_NAME + 1)], pair.start, is_name);
    let word = pair.text[pair.start..end].trim_end_matches(['.', '-']);
    let behind = byte(bytes, pair.start + word.len());
    if !is_person(word) || matches!(behind, b'(' | b':' | b'@' | b'/' | b'%' | b'{') {
        return 0;
    }
    hits.push(Class::User, pair.start..pair.start + word.len());
    pair.start + word.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        for table in [NOBODY, KEYS, LEADS] {
            assert!(table.is_sorted(), "{table:?}");
        }
    }
}
