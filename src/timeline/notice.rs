//! Whether a message says that something was changed: `deployed payment v1.2.3`, `已回滚`. Only what is stated as done or under way counts;
//! a question, a plan, a doubt or a denial is none.

use crate::model::words::{before, holds, places_of};

/// Words that state it, from the beginning of a word on.
const STATED: &[&str] = &[
    "deployed ",
    "deploying ",
    "rolled out ",
    "rolling out ",
    "rolled back",
    "rolling back",
    "reverted ",
    "reverting ",
    "released ",
    "upgraded ",
    "upgrading ",
    "deployment finished",
    "deployment completed",
    "deployment succeeded",
    "rollout finished",
    "rollout completed",
    "rollback finished",
    "rollback completed",
];

/// What makes a question, a plan or a denial of it, as whole words.
const UNSURE: &[&str] = &[
    "not", "never", "no", "nobody", "will", "would", "should", "shall", "could", "can", "may", "might", "if", "when",
    "whether", "who", "what", "before", "until", "going", "want", "need", "plan", "let's", "lets", "didn't", "wasn't",
    "haven't", "hasn't", "isn't", "aren't", "unless", "maybe",
];

const STATED_ZH: &[&str] = &[
    "已发布",
    "已上线",
    "已回滚",
    "已部署",
    "已变更",
    "已升级",
    "发布完成",
    "上线完成",
    "回滚完成",
    "部署完成",
    "变更完成",
    "升级完成",
    "开始发布",
    "开始上线",
    "开始回滚",
    "开始部署",
];

const UNSURE_ZH: &[&str] = &["吗", "没有", "未", "是否", "要不要", "准备", "计划", "是不是", "谁", "如果"];

/// Whether the message states a change.
pub(super) fn states_change(text: &str) -> bool {
    if text.contains(['?', '？']) {
        return false;
    }
    let stated_zh = STATED_ZH.iter().any(|words| holds(text, words));
    if stated_zh && !UNSURE_ZH.iter().any(|word| holds(text, word)) {
        return true;
    }
    let lower = format!("{} ", text.to_ascii_lowercase());
    let begins = |words: &&str| {
        places_of(&lower, words).any(|at| !before(&lower, at).ends_with(|it: char| it.is_alphanumeric() || it == '-'))
    };
    let is_edge = |it: char| !(it.is_alphanumeric() || it == '\'');
    STATED.iter().any(begins) && !lower.split(is_edge).any(|word| UNSURE.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_done_is_stated_and_what_is_asked_is_not() {
        for text in [
            "rolled back report-worker",
            "Deployed payment v1.2.3 to prod",
            "deploying payment v1.2.3",
            "payment: rollout finished",
            "22:05 已回滚 payment",
            "payment v1.2.3 发布完成",
        ] {
            assert!(states_change(text), "{text}");
        }
        for text in [
            "did anybody deploy? rolled back already?",
            "should we have rolled back",
            "we have not deployed anything",
            "before it was deployed all was fine",
            "undeployed state",
            "Peer Down on leaf-3",
            "the deployment is slow",
            "已回滚了吗",
            "没有已发布的版本",
        ] {
            assert!(!states_change(text), "{text}");
        }
    }
}
