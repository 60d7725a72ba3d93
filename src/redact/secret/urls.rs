//! Passwords inside addresses and after options of tools; with them the account and the machine of an address.
//!
//! Found: `postgres://app:hunter2@db:5432/shop` (password, account and, because an address says so, the short name), `redis://:x@cache`,
//! `https://<long token>@git.example.com`, Go's `app:hunter2@tcp(db:3306)/shop`, `mysql -phunter2`, `sshpass -p hunter2`,
//! `curl -u bob:hunter2`, `redis-cli -a hunter2`, `docker login -p hunter2`, `ldapsearch -w hunter2`.
//! Not hits: `https://host:8080/path@2x.png` (no password), `mysql -p shop` (asks for it), `ssh -p 22`, `containerd://8e8c…`.
//! Not found: `jdbc:oracle:thin:scott/tiger@…`, options of other tools without a telling name.

use crate::model::RedactionClass as Class;
use crate::redact::scan::{
    Hits, all, before, byte, has_digit, is_mixed, is_name, is_word, line_end, run, run_back, skip_blank,
};
use crate::redact::{host, user};

/// Schemes whose address names a machine.
const SCHEMES: &[&str] = &[
    "amqp",
    "amqps",
    "clickhouse",
    "etcd",
    "ftp",
    "ftps",
    "git",
    "grpc",
    "h2c",
    "http",
    "https",
    "imap",
    "kafka",
    "ldap",
    "ldaps",
    "mariadb",
    "memcached",
    "mongodb",
    "mqtt",
    "mysql",
    "nats",
    "pop3",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "sftp",
    "smtp",
    "smtps",
    "sqlserver",
    "srv",
    "ssh",
    "tcp",
    "thrift",
    "tls",
    "udp",
    "ws",
    "wss",
    "zookeeper",
];
/// How far an address is looked at.
const MAX_ADDRESS: usize = 1024;

/// How a tool takes a password.
struct Tool {
    name: &'static str,
    option: &'static str,
    /// Whether it may stand apart, or only right behind the option.
    apart: bool,
    /// Whether it is `account:password`.
    login: bool,
}

const TOOLS: &[Tool] = &[
    Tool { name: "mysql", option: "-p", apart: false, login: false },
    Tool { name: "mysqldump", option: "-p", apart: false, login: false },
    Tool { name: "mysqladmin", option: "-p", apart: false, login: false },
    Tool { name: "mariadb", option: "-p", apart: false, login: false },
    Tool { name: "sshpass", option: "-p", apart: true, login: false },
    Tool { name: "redis-cli", option: "-a", apart: true, login: false },
    Tool { name: "ldapsearch", option: "-w", apart: true, login: false },
    Tool { name: "docker login", option: "-p", apart: true, login: false },
    Tool { name: "podman login", option: "-p", apart: true, login: false },
    Tool { name: "helm registry login", option: "-p", apart: true, login: false },
    Tool { name: "curl", option: "-u", apart: true, login: true },
    Tool { name: "curl", option: "--user", apart: true, login: true },
    Tool { name: "wget", option: "--user", apart: true, login: true },
];

pub(in crate::redact) fn find(text: &str, hits: &mut Hits) {
    let bytes = text.as_bytes();
    for at in all(bytes, "://") {
        address(text, at, hits);
    }
    for at in all(bytes, "@tcp(").chain(all(bytes, "@unix(")) {
        let floor = at.saturating_sub(256);
        let start = floor + run_back(&bytes[floor..], at - floor, |byte| byte.is_ascii_graphic() && !is_end(byte));
        let start = start + text[start..at].rfind('=').map_or(0, |equals| equals + 1);
        login(text, start, at, hits);
        let machine = at + 5;
        let end = run(bytes, machine, is_name);
        if bytes[at..].starts_with(b"@tcp(") && host::is_short(&text[machine..end]) {
            hits.push(Class::Host, machine..end);
        }
    }
    for tool in TOOLS {
        options(text, tool, hits);
    }
}

/// What ends an address.
const fn is_end(byte: u8) -> bool {
    byte <= b' ' || byte >= 0x7f || matches!(byte, b'"' | b'\'' | b'`' | b'<' | b'>' | b'|' | b'\\')
}

fn address(text: &str, at: usize, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let start = at + 3;
    let scheme = run_back(bytes, at, |byte| byte.is_ascii_alphanumeric());
    let limit = run(&bytes[..bytes.len().min(start + MAX_ADDRESS)], start, |byte| !is_end(byte));
    let authority = run(&bytes[..limit], start, |byte| !matches!(byte, b'/' | b'?' | b'#'));
    let mut sign = text[start..authority].rfind('@').map(|sign| start + sign);
    if sign.is_none()
        && let Some(colon) = text[start..authority].find(':')
        && run(bytes, start + colon + 1, |byte| byte.is_ascii_digit()) < authority
        && bytes[start] != b'['
    {
        // A password that holds a slash, which it should not.
        sign = text[start..limit].rfind('@').map(|sign| start + sign);
    }
    if let Some(sign) = sign {
        login(text, start, sign, hits);
    }
    if SCHEMES.binary_search(&&text[scheme..at]).is_err() {
        return;
    }
    let machine = sign.map_or(start, |sign| sign + 1);
    let end = run(&bytes[..limit], machine, is_name);
    let name = text[machine..end].trim_end_matches('.');
    if host::is_short(name) && !matches!(byte(bytes, machine + name.len()), b'$' | b'{' | b'%' | b'(') {
        hits.push(Class::Host, machine..machine + name.len());
    }
}

/// `account:password`, or a token alone.
fn login(text: &str, start: usize, end: usize, hits: &mut Hits) {
    let login = &text[start..end];
    let (name, password) = login.split_once(':').unwrap_or((login, ""));
    let stands_for_it = ["$", "%", "{", "<", "*", "xxx", "[", "⟨"].iter().any(|it| password.starts_with(it));
    if !password.is_empty() && !stands_for_it {
        hits.push(Class::Secret, end - password.len()..end);
    }
    if password.is_empty() && name.len() >= 20 && is_mixed(name.as_bytes()) {
        hits.push(Class::Secret, start..end);
    } else if user::is_person(name) {
        hits.push(Class::User, start..start + name.len());
    }
}

fn options(text: &str, tool: &Tool, hits: &mut Hits) {
    let bytes = text.as_bytes();
    let mut done = 0;
    for at in all(bytes, tool.name) {
        let end = at + tool.name.len();
        if at < done || is_word(before(bytes, at)) || byte(bytes, end) != b' ' {
            continue;
        }
        done = line_end(bytes, end);
        let mut from = end;
        while let Some(option) = memchr::memmem::find(&bytes[from..done], tool.option.as_bytes()).map(|it| from + it) {
            from = option + tool.option.len();
            let start = if tool.apart { from + usize::from(byte(bytes, from) == b'=') } else { from };
            let start = if tool.apart { skip_blank(bytes, start) } else { start };
            let (start, value_end) = argument(bytes, start, done);
            let value = &text[start..value_end];
            if byte(bytes, option - 1) != b' ' || value.is_empty() || value.starts_with(['-', '$']) {
                continue;
            }
            if tool.login {
                login(text, start, value_end, hits);
            } else if tool.apart || value.len() >= 3 || has_digit(value) {
                hits.push(Class::Secret, start..value_end);
            }
            break;
        }
    }
}

/// An argument of a shell, perhaps in quotes.
fn argument(bytes: &[u8], start: usize, end: usize) -> (usize, usize) {
    match byte(bytes, start) {
        quote @ (b'"' | b'\'') => (start + 1, run(&bytes[..end], start + 1, |byte| byte != quote)),
        _ => (
            start,
            run(&bytes[..end], start, |byte| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'`' | b'|')),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_are_sorted() {
        assert!(SCHEMES.is_sorted());
    }
}
