//! .NET: stacks beside the list of monitors. Owners are stated, who waits for which of several monitors is concluded, or left open.

use debrief::model::OwnerClass;

use super::{dumps, each_line, meaning, only, open};

const CIRCLE: &str = include_str!("../fixtures/formats/dotnet-stack/syncblk-circle.txt");
const CONVOY: &str = include_str!("../fixtures/formats/dotnet-stack/syncblk-convoy.txt");

#[test]
fn the_owner_of_the_only_monitor_that_is_waited_for_is_stated() {
    let dump = only(CONVOY);
    let owner = &dump.owners[0];
    assert_eq!((owner.waiters, owner.holder.as_deref()), (301, Some("thread “0x5634”")));
    assert_eq!(owner.class, Some(OwnerClass::Stated));
    assert!(owner.lock.contains("00000249654b14c0") && owner.lock.contains("Orders.Store"), "{}", owner.lock);
    assert!(dump.verdict.starts_with("301 threads wait behind one lock"), "{}", dump.verdict);
    let mut case = open(&[("unknown", CONVOY)]);
    let found = case.analysis().findings.iter().find(|it| it.rule == "stack/lock-convoy").cloned();
    assert_eq!(found.and_then(|it| it.culprit).as_deref(), Some("0x5634"));
}

#[test]
fn two_that_own_what_the_other_wants_are_a_circle() {
    let dump = only(CIRCLE);
    assert!(dump.verdict.contains("each other’s locks (derived"), "{}", dump.verdict);
    assert!(dump.owners.iter().all(|owner| owner.cycle && owner.waiters == 1));
    assert_eq!(dump.tasks, 3);
    // Without the list nobody is accused.
    let stacks = &CIRCLE[..CIRCLE.find("0:000> !syncblk").unwrap()];
    let dump = only(stacks);
    assert!(dump.verdict.contains("does not tell") && dump.owners[0].holder.is_none(), "{}", dump.verdict);
}

#[test]
fn who_waits_for_which_of_several_is_left_open() {
    // A third thread waits: it may wait for either, and so may the two others have been first.
    let third = "OS Thread Id: 0xe70 (15)\n        Child SP               IP Call Site\n\
        0000001407F9F7F8 00007ffa1f761914 [HelperMethodFrame_1OBJ: 0000001407f9f7f8] System.Threading.Monitor.ReliableEnter(System.Object, Boolean ByRef)\n\
        0000001407F9F940 00007ff854ee3749 Bank.Audit.Run() [C:\\src\\Audit.cs @ 7]\n0:000> !syncblk\n";
    let text = CIRCLE.replace("0:000> !syncblk\n", third);
    // One waits for the first, two for the second: 884 owns the second and waits for the first.
    let one = only(&text.replace("4 000001E98069E300            3", "4 000001E98069E300            5"));
    assert!(
        one.verdict.contains("each other’s locks") && one.verdict.contains("3 threads are blocked"),
        "{}",
        one.verdict
    );
    // Owned by threads that wait for nothing: three threads, two monitors, nothing follows.
    let open = text.replace("6C3A70 e68", "6C3A70 f00").replace("6C2470 884", "6C2470 f04");
    let dump = only(&open.replace("from (<CLR reg>) = 0x000001e987117048", "from (<CLR reg>) = 0x0000000000000000"));
    assert!(dump.owners.iter().all(|owner| owner.holder.is_none()), "{:#?}", dump.owners);
    assert!(!dump.verdict.contains("circle"), "{}", dump.verdict);
    // A value that is printed around the call tells for one of them.
    let dump = only(&open);
    assert!(dump.owners.iter().any(|owner| owner.lock.contains("000001e987117048") && owner.holder.is_some()));
}

#[test]
fn a_list_alone_says_who_owns_what_and_how_many_wait() {
    let list = &CONVOY[..CONVOY.find("> clrstack").unwrap()];
    let dump = only(list);
    assert_eq!((dump.owners[0].waiters, dump.owners[0].class), (301, Some(OwnerClass::Stated)));
    assert!(dump.verdict.contains("in a stack that the dump does not show"), "{}", dump.verdict);
    // Owned and waited for by nobody: no queue.
    let quiet = only(&list.replace("          603 ", "            1 "));
    assert!(quiet.owners.is_empty() && quiet.verdict.contains("none is seen"), "{}", quiet.verdict);
}

#[test]
fn what_wraps_a_session_does_not_change_what_is_said() {
    for text in [CIRCLE, CONVOY] {
        let want = meaning(&only(text));
        let wide = |line: &str| format!("2021-12-21T11:12:45.854971114+01:00 {line}");
        for (name, wrapped) in [
            ("CRLF", text.replace('\n', "\r\n")),
            ("mail", each_line(text, |_, line| format!("> {line}"))),
            ("comment", each_line(text, |_, line| format!("# {line}"))),
            ("indented", each_line(text, |_, line| format!("  {line}"))),
            ("kubectl --timestamps", each_line(text, |_, line| wide(line))),
            ("a log around", format!("attached\n{text}detached\n")),
            ("the list last", text.to_owned()),
        ] {
            let all = dumps(&wrapped);
            assert_eq!(all.len(), 1, "{name}");
            assert_eq!(meaning(&all[0]), want, "{name}");
        }
    }
    // Before or behind the stacks is the same.
    let (list, stacks) = CONVOY.split_at(CONVOY.find("> clrstack").unwrap());
    let swapped = only(&[stacks, list].concat());
    assert_eq!((swapped.verdict.clone(), swapped.tasks), (only(CONVOY).verdict, only(CONVOY).tasks));
}

#[test]
fn two_sessions_are_two_dumps() {
    let all = dumps(&[CIRCLE, CIRCLE].concat());
    assert_eq!(all.iter().map(|dump| dump.tasks).collect::<Vec<_>>(), [3, 3]);
    assert!(all.iter().all(|dump| dump.verdict.contains("each other’s locks")));
    let all = dumps(&[CONVOY, CONVOY].concat());
    assert_eq!(all.iter().map(|dump| dump.owners[0].waiters).collect::<Vec<_>>(), [301, 301]);
}
