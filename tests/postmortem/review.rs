//! Remarks on wording and argument: each by a sentence that earns it, and by its look-alikes that do not.

use debrief::model::{ByteRange, Citation, EvidenceId, LineRange, Locator, Role, Timestamp};
use debrief::postmortem::edit::{Edit, Target, apply};
use debrief::postmortem::review::review;
use debrief::postmortem::{ActionKind, Document, Field, ItemId, Part};

fn ids(document: &Document) -> Vec<String> {
    review(document).into_iter().map(|remark| remark.text.id).collect()
}

fn citation(second: i64) -> Citation {
    Citation {
        locator: Locator { evidence: EvidenceId(0), bytes: ByteRange::default(), lines: LineRange::one(1) },
        path: "kubelet.log".to_owned(),
        role: Role::Shows,
        at: Some(Timestamp(second * 1_000_000_000)),
        excerpt: vec!["line".to_owned()],
        digest: None,
    }
}

/// A question with an answer and its evidence.
fn answer(document: &mut Document, parent: Option<ItemId>, claim: &str, second: i64) -> ItemId {
    let question = "Why?".to_owned();
    let id = apply(document, Edit::AddWhy { parent, question, citations: vec![citation(second)] }).unwrap();
    apply(document, Edit::WhyClaim(id, claim.to_owned()));
    id
}

/// An action that closes a cause and can be checked.
fn act(document: &mut Document, cause: ItemId) {
    let id = apply(document, Edit::AddAction(ActionKind::Prevent, "fix".to_owned())).unwrap();
    apply(document, Edit::ActionAddresses(id, Some(cause)));
    apply(document, Edit::ActionCheck(id, "the alert fires in the drill".to_owned()));
}

#[test]
fn a_claim_is_remarked_on_by_what_it_says() {
    for (claim, expected) in [
        ("Lin Wei restarted the wrong node", &["review-person"][..]),
        ("@lin.wei restarted the wrong node", &["review-person"]),
        ("Human error while changing the probe", &["review-human-error"]),
        ("变更时误操作", &["review-human-error"]),
        ("On-call should have looked at the disks", &["review-blaming"]),
        ("值班同学疏忽了告警", &["review-blaming"]),
        // Look-alikes.
        ("runtime: failed to create new OS thread (have 5 already; errno=11)", &[]),
        ("user@10.0.0.1 and getty@tty1.service were fine", &[]),
        ("the storage team was told at 22:13", &[]),
        ("the linweir container leaks threads", &[]),
        ("重大意义上的容量不足", &[]),
    ] {
        let mut document = Document::default();
        apply(&mut document, Edit::Field(Field::Authors, "Lin Wei, storage team".to_owned()));
        let why = answer(&mut document, None, claim, 0);
        act(&mut document, why);
        assert_eq!(ids(&document), expected, "{claim}");
    }
}

#[test]
fn the_argument_is_remarked_on_by_its_shape() {
    let mut document = Document::default();
    let top = answer(&mut document, None, "The node ran out of PIDs", 100);
    let middle = answer(&mut document, Some(top), "One container leaked threads", 50);
    let leaf = answer(&mut document, Some(middle), "Its pool is unbounded", 20);
    assert_eq!(ids(&document), ["review-no-action", "review-straight-chain"]);
    act(&mut document, leaf);
    answer(&mut document, Some(top), "No pod limit was set", 30);
    assert_eq!(ids(&document), ["review-no-action"], "the second branch has none");
    // A cause later than its effect, and a claim that nothing shows.
    let late = answer(&mut document, Some(leaf), "The pool grew at the restart", 90);
    act(&mut document, late);
    assert!(ids(&document).contains(&"review-after-effect".to_owned()));
    apply(&mut document, Edit::Detach(Target::Why(late), 0));
    assert!(ids(&document).contains(&"review-no-evidence".to_owned()));
}

#[test]
fn actions_alternatives_and_prose_are_read_too() {
    let mut document = Document::default();
    apply(&mut document, Edit::AddAction(ActionKind::Detect, "alert".to_owned()));
    assert_eq!(ids(&document), ["review-closes-nothing", "review-no-check"]);
    let mut document = Document::default();
    apply(&mut document, Edit::Part(Part::Badly, "We should have known".to_owned()));
    assert_eq!(ids(&document), ["review-blaming"]);
    let mut document = Document::default();
    let why = answer(&mut document, None, "PIDs", 0);
    act(&mut document, why);
    let other = apply(&mut document, Edit::AddAlternative(why)).unwrap();
    assert_eq!(ids(&document), ["review-alternative"]);
    apply(&mut document, Edit::AlternativeClaim(other, "ulimit -u".to_owned()));
    apply(&mut document, Edit::AlternativeReason(other, "46k is far below 204k".to_owned()));
    apply(&mut document, Edit::Attach(Target::Alternative(other), vec![citation(1)]));
    assert_eq!(ids(&document), [""; 0]);
}
