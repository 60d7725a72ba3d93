//! Making the site's own files smaller without changing what they mean: nobody reads them there, and the sources are published.

use std::collections::BTreeMap;

/// A style sheet without comments and needless space. Knows strings, nothing else of CSS.
pub fn style(css: &str) -> String {
    let mut text = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(first) = rest.chars().next() {
        if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").map_or("", |(_, after)| after);
        } else if matches!(first, '"' | '\'') {
            let end = rest[1..].find(first).map_or(rest.len(), |end| end + 2);
            text.push_str(&rest[..end]);
            rest = &rest[end..];
        } else {
            rest = &rest[first.len_utf8()..];
            match first {
                // Before a colon a space can stand for "any descendant"; after one it says nothing.
                _ if first.is_whitespace() && text.is_empty() | text.ends_with([' ', '{', '}', ';', ',', ':']) => {}
                _ if first.is_whitespace() => text.push(' '),
                '{' | '}' | ';' | ',' => {
                    text.truncate(text.trim_end_matches(' ').len());
                    if first == '}' && text.ends_with(';') {
                        text.pop();
                    }
                    text.push(first);
                }
                _ => text.push(first),
            }
        }
    }
    text
}

/// A script without indentation, empty lines and comments that fill whole lines. Line ends stay: they may end statements. A script with
/// a text over several lines, whose spaces count, or with code behind such a comment, stays as it is.
pub fn script(js: &str) -> String {
    let mut text = String::with_capacity(js.len());
    let mut in_comment = false;
    for line in js.lines().map(str::trim) {
        if in_comment || line.starts_with("/*") {
            in_comment = match line.find("*/") {
                None => true,
                Some(at) if at + 2 == line.len() => false,
                Some(_) => return js.to_owned(),
            };
        } else if !line.is_empty() && !line.starts_with("//") && !is_unused(line) {
            if line.matches('`').count() % 2 == 1 {
                return js.to_owned();
            }
            text.push_str(line);
            text.push('\n');
        }
    }
    text
}

/// A statement of its own that only tells developers something, or gives a class a way to be disposed of that nothing here takes.
fn is_unused(line: &str) -> bool {
    line.starts_with("console.warn(") && (line.ends_with(')') || line.ends_with(");"))
        || line.starts_with("if (Symbol.dispose) ")
}

/// A module's script without the function that starts it synchronously, which nothing here calls; unchanged where it is written otherwise.
pub fn without_sync_start(js: &str) -> String {
    const BEGIN: &str = "\nfunction initSync(module) {\n";
    const EXPORT: &str = "export { initSync, __wbg_init as default };";
    let cut = || {
        let start = js.find(BEGIN).filter(|_| js.contains(EXPORT))?;
        let end = start + js[start..].find("\n}\n")? + 2;
        Some(format!("{}{}", &js[..start], &js[end..]).replace(EXPORT, "export { __wbg_init as default };"))
    };
    cut().unwrap_or_else(|| js.to_owned())
}

/// Short names for what a module imports from its script. They depend on the names alone, so that a script and a module, each hashed
/// by Trunk from its own bytes, always agree.
pub fn short_names(mut imports: Vec<String>) -> BTreeMap<String, String> {
    imports.sort_unstable();
    imports.dedup();
    (0..).zip(imports).map(|(index, name)| (name, short(index))).collect()
}

/// `_a`, `_b`, … `_aa`: no import of wasm-bindgen, and nothing in its scripts, is called so.
fn short(mut index: usize) -> String {
    let mut letters = Vec::new();
    loop {
        letters.push(char::from(b'a' + (index % 26) as u8));
        if index < 26 {
            break;
        }
        index = index / 26 - 1;
    }
    letters.push('_');
    letters.into_iter().rev().collect()
}

/// A script in which whole words have other names.
pub fn renamed(js: &str, names: &BTreeMap<String, String>) -> String {
    let is_word = |it: char| it.is_alphanumeric() || matches!(it, '_' | '$');
    let mut text = String::with_capacity(js.len());
    for part in js.split_inclusive(|it| !is_word(it)) {
        let word = part.trim_end_matches(|it| !is_word(it));
        text.push_str(names.get(word).map_or(word, String::as_str));
        text.push_str(&part[word.len()..]);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{renamed, script, short, short_names, style};

    #[test]
    fn only_the_synchronous_start_goes() {
        let js = "a\nfunction initSync(module) {\n  if (x) {\n  }\n}\nb\nexport { initSync, __wbg_init as default };\n";
        assert_eq!(super::without_sync_start(js), "a\nb\nexport { __wbg_init as default };\n");
        assert_eq!(super::without_sync_start("function initSync() {}"), "function initSync() {}");
    }

    #[test]
    fn styles_keep_their_meaning() {
        let css = "/* x */\na  :hover ,\n.b::after {\n  content: \" ; } /* \";\n  width: calc(1px + 2px);\n}\n\n@media (width < 3px) {\n  c { color: red; }\n}\n";
        let expected =
            "a :hover,.b::after{content:\" ; } /* \";width:calc(1px + 2px)}@media (width < 3px){c{color:red}}";
        assert_eq!(style(css), expected);
    }

    #[test]
    fn scripts_lose_whole_lines_only() {
        let js = "/**\n * @returns {number}\n */\nfunction a() {\n    // one\n    return `//${b}`; // two\n}\n\n/* three */\na();\n";
        assert_eq!(script(js), "function a() {\nreturn `//${b}`; // two\n}\na();\n");
        let spaced = "const a = `\n  spaces count\n`;\n";
        assert_eq!(script(spaced), spaced);
    }

    #[test]
    fn imports_get_short_names() {
        let names = short_names(["__wbg_get_2", "__wbg_get_1", "__wbg_get_1"].map(String::from).into());
        assert_eq!(renamed("a.__wbg_get_1 = __wbg_get_2(__wbg_get_11);", &names), "a._a = _b(__wbg_get_11);");
        assert_eq!([0, 25, 26, 701, 702].map(short), ["_a", "_z", "_aa", "_zz", "_aaa"]);
    }
}
