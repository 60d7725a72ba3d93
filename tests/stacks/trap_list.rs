//! The traps of stack dumps, and the test that keeps each of them one that nobody walks into.

use super::{only, open};
use debrief::text::{Lang, Texts};

/// A trap, the file of its test below this folder, the test.
const TRAPS: &[(&str, &str, &str)] = &[
    // Waits.
    (
        "idle listeners outrank the culprit",
        "tests/stacks/traps.rs",
        "a_listener_that_waits_longest_is_not_accused_even_where_it_shares_the_lock",
    ),
    (
        "an idle listener that no name gives away",
        "tests/stacks/traps.rs",
        "a_listener_that_no_name_gives_away_is_not_accused",
    ),
    (
        "waits within two or three minutes have no order",
        "tests/stacks/traps.rs",
        "two_that_have_waited_alike_are_told_and_neither_is_accused",
    ),
    (
        "a race report is no dump of waits",
        "tests/stacks/traps.rs",
        "a_race_report_is_read_and_accuses_nobody_of_waiting",
    ),
    ("a printer's own cut", "tests/stacks/traps.rs", "a_dump_that_its_printer_cut_says_so"),
    ("`locked to thread` behind minutes", "tests/stacks.rs", "the_lock_its_owner_and_the_onset_are_named"),
    ("main in `chan receive` for days", "tests/stacks/traps.rs", "main_in_a_channel_for_days_is_main"),
    ("no minutes are not no wait", "tests/stacks/traps.rs", "no_minutes_do_not_mean_not_blocked"),
    ("debug=1 has neither waits nor states", "tests/stacks.rs", "a_profile_without_ids_and_waits_invents_none"),
    (
        "debug=1 leaves nothing to put into brackets",
        "tests/stacks/traps.rs",
        "a_profile_without_states_is_told_without_empty_brackets",
    ),
    ("the workers of an idle pool take turns", "tests/stacks/unseen.rs", "workers_that_take_turns_are_no_leak"),
    ("arguments since Go 1.17 may be stale", "tests/stacks/traps.rs", "stale_arguments_prove_nothing"),
    (
        "Go says itself that all are asleep",
        "tests/stacks/traps.rs",
        "what_the_runtime_calls_a_deadlock_is_not_ruled_out",
    ),
    ("the goroutine that dumps", "tests/stacks.rs", "the_dumper_main_and_idle_connections_are_set_aside_with_a_reason"),
    // Java.
    ("several dumps in one file", "tests/java_stacks.rs", "several_dumps_keep_their_own_times"),
    (
        "RUNNABLE in epollWait is no processor time",
        "tests/stacks/trap_list.rs",
        "runnable_in_the_kernel_is_waiting_for_it",
    ),
    ("nid in hex or decimal", "src/formats/stack/java/head.rs", "every_generation_is_read"),
    (
        "`waiting on` a monitor that the thread `locked` is no holding",
        "tests/java_stacks.rs",
        "the_lock_its_owner_and_all_behind_it_are_named",
    ),
    ("BLOCKED of jstack -F is every wait", "tests/java_stacks.rs", "blocked_as_a_tool_from_outside_says_it_is_no_lock"),
    // Kernel.
    ("lockdep's `held` holds what is wanted", "tests/kernel_stacks.rs", "a_lock_that_is_only_wanted_is_not_held"),
    (
        "an owner named as likely is a hint",
        "tests/kernel_stacks.rs",
        "an_owner_that_the_kernel_names_is_stated_and_hedged",
    ),
    (
        "a reader that owns a rwsem is one of many",
        "tests/kernel_stacks.rs",
        "a_reader_or_a_last_holder_that_the_kernel_names_is_only_suspected",
    ),
    (
        "`ps -m` tells when a task last ran, which is a wait only where it cannot be interrupted",
        "tests/kernel_stacks.rs",
        "when_a_task_last_ran_is_a_wait_only_where_it_cannot_be_interrupted",
    ),
    (
        "a command is cut to 15 characters",
        "tests/stacks/trap_list.rs",
        "a_command_that_the_kernel_cut_is_still_its_program",
    ),
    ("one unregister_netdevice line", "tests/kernel_stacks.rs", "lines_that_only_look_like_heads_open_nothing"),
    (
        "a processor in smp_call_function is a victim",
        "tests/kernel_stacks.rs",
        "lockups_stalls_and_oom_are_titled_by_what_happened",
    ),
    ("hung_task repeats every 120 s", "tests/kernel_stacks.rs", "a_report_that_comes_again_is_another_dump"),
    ("hung_task stops after ten warnings", "tests/kernel_stacks.rs", "silence_after_ten_reports_is_no_recovery"),
    // Kills for memory.
    (
        "who asked is not who was killed, and a table of pages is no stack",
        "tests/kernel_stacks.rs",
        "lockups_stalls_and_oom_are_titled_by_what_happened",
    ),
    (
        "the pid chosen is not the pid killed",
        "tests/stacks/trap_list.rs",
        "who_was_killed_counts_and_not_who_was_chosen",
    ),
    ("the largest is not the victim, and `rss` counts pages", "tests/oom.rs", "who_held_most_is_not_who_was_killed"),
    (
        "a page has the size that the kill shows, or none",
        "tests/oom.rs",
        "the_size_of_a_page_is_taken_from_the_kill_or_not_at_all",
    ),
    ("a table of processes counts no threads", "tests/oom.rs", "rows_are_processes_and_never_threads"),
    // .NET.
    (
        "who waits for which of several monitors is not printed",
        "tests/stacks/dotnet.rs",
        "who_waits_for_which_of_several_is_left_open",
    ),
    // Node.
    (
        "the stack of a cause is not the stack of the error",
        "tests/stacks/threads.rs",
        "an_error_that_nobody_caught_is_told_with_its_cause",
    ),
    // Files.
    ("cut at any place", "tests/stacks/metamorphic.rs", "what_is_cut_claims_no_other_owner_and_nothing_more"),
    ("any envelope", "tests/stacks/metamorphic.rs", "nothing_around_a_dump_changes_what_is_said"),
    ("any order of tasks", "tests/stacks/metamorphic.rs", "the_order_of_tasks_changes_nothing"),
    (
        "processes that interleave",
        "tests/stacks/metamorphic.rs",
        "two_processes_that_write_into_one_journal_are_told_apart",
    ),
    ("several dumps in one log", "tests/stacks/traps.rs", "dumps_of_one_log_are_told_apart_by_their_times"),
    ("one event in two files", "tests/stacks/traps.rs", "the_same_dump_in_two_files_is_one_finding"),
    ("CRLF, tabs, ellipsis", "tests/stacks/wrapped.rs", "mail_web_pages_and_collectors_do_not_change_what_is_said"),
    ("names of files are not truth", "tests/stacks/wrapped.rs", "encodings_and_names_do_not_change_what_is_said"),
];

#[test]
fn every_trap_has_its_test() {
    for (trap, file, test) in TRAPS {
        let text = std::fs::read_to_string(file).unwrap();
        assert!(text.contains(&format!("fn {test}()")), "{trap}: {file} {test}");
    }
}

#[test]
fn runnable_in_the_kernel_is_waiting_for_it() {
    let thread = |id: u32, at: &str| {
        format!(
            "\"w-{id}\" #{id} prio=5 os_prio=0 tid=0x00007f1c8c2d1{id:03} nid=0x2a{id:02} runnable [0x00007f1c5a3fe000]\n   \
             java.lang.Thread.State: RUNNABLE\n\tat {at}(Native Method)\n\tat com.example.Loop.run(Loop.java:9)\n\n"
        )
    };
    let text =
        String::from("2026-03-02 09:14:05\nFull thread dump OpenJDK 64-Bit Server VM (17.0.9+9 mixed mode):\n\n")
            + &thread(11, "sun.nio.ch.EPollArrayWrapper.epollWait")
            + &thread(12, "java.net.SocketInputStream.socketRead0")
            + &thread(13, "com.example.Hash.round");
    let dump = only(&text);
    let class = |id: u64| dump.groups.iter().find(|group| group.ids == [id]).map(|group| group.class.as_str());
    assert_eq!([11, 12, 13].map(class), [Some("io"), Some("io"), Some("running")]);
}

#[test]
fn a_command_that_the_kernel_cut_is_still_its_program() {
    // The journal says `containerd-shim-runc-v2`, the kernel keeps fifteen letters of it.
    let envelope = |text: &str| -> String {
        text.lines()
            .map(|line| format!("2023-11-28T02:02:14+08:00 node-7 containerd-shim-runc-v2[19200]: {line}\n"))
            .collect()
    };
    let daemon = envelope(&crate::incident_f::daemon());
    let kernel =
        crate::incident_f::kernel().replace("\"orbitd\"", "\"containerd-shim\"").replace("c000d84000", "c000aaa000");
    let mut case = open(&[("daemon.log", &daemon), ("crash.txt", &kernel)]);
    let texts = Texts::new(Lang::En, 8 * 3600);
    let found = case.analysis().findings.iter().find(|finding| finding.rule == "cross/call-chain-stalled").cloned();
    let said: Vec<String> = found.iter().flat_map(|it| &it.statements).map(|it| texts.say(&it.text)).collect();
    assert!(said.iter().any(|text| text.contains("the same descriptor 22")), "{said:#?}");
}

#[test]
fn who_was_killed_counts_and_not_who_was_chosen() {
    let text = "[Mon Dec 18 00:05:15 2017] java invoked oom-killer: gfp_mask=0xd0, order=0, oom_score_adj=-998\n\
        [Mon Dec 18 00:05:15 2017] [ pid ]   uid  tgid total_vm      rss nr_ptes swapents oom_score_adj name\n\
        [Mon Dec 18 00:05:15 2017] [24572]     0 24572   166000    80000     301        0             0 java\n\
        [Mon Dec 18 00:05:15 2017] Memory cgroup out of memory: Kill process 24572 (java) score 0 or sacrifice child\n\
        [Mon Dec 18 00:05:15 2017] Killed process 28438 (java) total-vm:20255636kB, anon-rss:466160kB, file-rss:13684kB\n";
    let mut case = open(&[("dmesg.txt", text)]);
    let texts = Texts::new(Lang::En, 0);
    let found: Vec<_> = case.analysis().findings.iter().filter(|it| it.rule == "kube/oom-killed").cloned().collect();
    assert_eq!(found.len(), 1, "one kill is one finding");
    let cites: Vec<_> = found[0].statements.iter().flat_map(|it| it.cites.clone()).collect();
    let quoted: Vec<String> = case.cite(&cites).into_iter().flat_map(|it| it.excerpt).collect();
    assert!(quoted.iter().any(|line| line.contains("Killed process 28438")), "{quoted:#?}");
    // Who is listed is told apart from who was killed, in pages: their size is that of the killed one's, which is not listed.
    let (held, others): (Vec<_>, Vec<_>) = found[0].statements.iter().partition(|it| it.topic == "held");
    assert!(held.iter().all(|it| texts.say(&it.text).contains("80,000 pages")) && held.len() == 1);
    let said: Vec<String> = others.iter().map(|it| texts.say(&it.text)).collect();
    assert!(said.iter().all(|text| !text.contains("24572") && !text.contains("80000")), "{said:#?}");
}
