//! How the Chinese texts are written: one term for one thing, full-width punctuation, a space between Chinese and Latin.

use super::source::locales;

/// Terms that were decided against, and what is said instead. The head of `locales/zh-CN.ftl` lists what they stand for.
const REJECTED: &[(&str, &str)] = &[
    ("追因", "五个为什么"),
    ("止损", "缓解"),
    ("作者", "撰写人"),
    ("肇因", "源头"),
    ("受害方", "受影响方"),
    ("归档", "压缩包"),
    ("槽位", "占位符"),
    ("因内存", "被 OOM 杀死"),
    ("堵在", "等待, 卡在, 阻塞"),
];

const fn is_chinese(c: char) -> bool {
    matches!(c, '\u{4e00}'..='\u{9fff}')
}

/// What is wrong between two characters that stand next to each other.
fn wrong_between(a: char, b: char) -> Option<&'static str> {
    let is_half = |c: char| ",;:!?()".contains(c);
    match (is_chinese(a), is_chinese(b)) {
        (true, false) if b.is_ascii_alphanumeric() => Some("no space between Chinese and Latin"),
        (false, true) if a.is_ascii_alphanumeric() => Some("no space between Latin and Chinese"),
        (true, false) if is_half(b) => Some("half-width punctuation"),
        (false, true) if is_half(a) => Some("half-width punctuation"),
        _ if "，。；：、？！）”".contains(b) && a == ' ' => Some("a space before full-width punctuation"),
        _ if "，。；：、？！（“".contains(a) && b == ' ' => Some("a space after full-width punctuation"),
        _ => None,
    }
}

#[test]
fn chinese_has_one_term_for_one_thing_and_its_own_punctuation() {
    let [_, (_, texts, _)] = locales();
    let mut wrong = Vec::new();
    for (id, text) in &texts {
        for (rejected, instead) in REJECTED.iter().filter(|(rejected, _)| text.contains(rejected)) {
            wrong.push(format!("{id}: {instead}, not {rejected}"));
        }
        // `failure` is said of patterns only: an incident is 事故, and what fails is 异常.
        if text.replace("故障模式", "").contains("故障") {
            wrong.push(format!("{id}: 事故 or 异常, not 故障"));
        }
        // A variant begins after its key and ends with its line, whose indentation is left here; what a variable says is not known.
        let words = text.replace("] ", "]").replace("{ $", "{").replace(" }", "}");
        for words in words.split("  ").map(str::trim) {
            for (a, b) in words.chars().zip(words.chars().skip(1)) {
                wrong.extend(wrong_between(a, b).map(|why| format!("{id}: {why}: {a}{b}")));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
