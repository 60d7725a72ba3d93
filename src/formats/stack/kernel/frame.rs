//! Frames of the kernel, as the kernel prints them and as crash does.
//!
//! ```text
//!  [<ffffffff81726f29>] schedule_preempt_disabled+0x29/0x70        up to 4.x
//! [<0>] do_syscall_64+0x5b/0x1a0                                   /proc/PID/stack
//!  nfs_wait_bit_killable+0x1e/0x90 [nfs]                           today; newer kernels add a build id behind the module
//!  ? kthread+0x0/0x90                                              a guess: an address that lay on the stack
//!  do_idle (kernel/sched/idle.c:326)                               through decode_stacktrace.sh
//!  #0 [ffff880826267a40] __schedule at ffffffff816a8f65            crash; "[nfs]", "(via x)", "+0x1a" may follow
//! ```

use memchr::memchr;

/// One frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KernelFrame<'a> {
    /// Without its offset.
    pub(super) function: &'a [u8],
    /// The module, or the file where the trace was decoded; empty where neither is printed.
    pub(super) file: &'a [u8],
    /// The line of a decoded frame, else 0.
    pub(super) line: u32,
    /// Found on the stack, not by unwinding it.
    pub(super) is_guess: bool,
}

/// Reads a line that is a frame and nothing else.
pub(super) fn parse_frame(line: &[u8]) -> Option<KernelFrame<'_>> {
    let mut text = line.trim_ascii();
    if let Some(rest) = text.strip_prefix(b"[<") {
        let close = rest.iter().take(20).position(|byte| *byte == b'>')?;
        let is_address = close > 0 && rest[..close].iter().all(u8::is_ascii_hexdigit);
        text = rest[close..].strip_prefix(b">]").filter(|_| is_address)?.trim_ascii_start();
    }
    let is_guess = text.starts_with(b"? ");
    text = text.strip_prefix(b"? ").unwrap_or(text);
    let end = memchr(b' ', text).unwrap_or(text.len());
    let rest = text[end..].trim_ascii_start();
    if let Some(function) = without_offset(&text[..end]) {
        let file = module(rest)?;
        return Some(KernelFrame { function, file, line: 0, is_guess });
    }
    // Decoded: the file and the line stand in parentheses.
    let inside = rest.strip_prefix(b"(")?;
    let close = memchr(b')', inside)?;
    let mut place = inside[..close].trim_ascii_end();
    if let Some(discriminator) = memchr(b' ', place) {
        place = &place[..discriminator];
    }
    let colon = memchr::memrchr(b':', place)?;
    let line = number(&place[colon + 1..])?;
    (is_symbol(&text[..end]) && colon > 0).then_some(KernelFrame {
        function: &text[..end],
        file: &place[..colon],
        line,
        is_guess,
    })
}

/// Whether a line is the end of an old `/proc/PID/stack`: an address without a name.
pub(super) fn is_stack_end(line: &[u8]) -> bool {
    let text = line.trim_ascii();
    text.starts_with(b"[<") && text.ends_with(b">] 0xffffffffffffffff")
}

/// `schedule+0x29/0x70` without its offset; `None` where it is no symbol with one.
pub(super) fn without_offset(word: &[u8]) -> Option<&[u8]> {
    let plus = memchr::memrchr(b'+', word)?;
    let (offset, size) = word[plus + 1..].split_at(memchr(b'/', &word[plus + 1..])?);
    let is_hex = |text: &[u8]| {
        text.strip_prefix(b"0x").is_some_and(|digits| !digits.is_empty() && digits.iter().all(u8::is_ascii_hexdigit))
    };
    (is_symbol(&word[..plus]) && is_hex(offset) && is_hex(&size[1..])).then_some(&word[..plus])
}

/// The first symbol with an offset among the words of a line: `RIP: 0010:[<…>]  [<…>] fn+0x29/0x70`.
pub(super) fn symbol_in(line: &[u8]) -> Option<&[u8]> {
    let of_word = |word| without_offset(memchr::memrchr(b':', word).map_or(word, |colon| &word[colon + 1..]));
    line.split(u8::is_ascii_whitespace).find_map(of_word)
}

/// `[nfs]`, `[nfs 0123abcd…]`, `[nfs] (E)`: the module's name; empty where there is none, `None` where other text follows.
fn module(rest: &[u8]) -> Option<&[u8]> {
    if rest.is_empty() {
        return Some(rest);
    }
    let inside = rest.strip_prefix(b"[")?;
    let end = inside.iter().position(|byte| matches!(byte, b']' | b' '))?;
    is_symbol(&inside[..end]).then_some(&inside[..end])
}

fn is_symbol(word: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'$' | b'-' | b':');
    word.first().is_some_and(|first| !first.is_ascii_digit()) && word.iter().all(is_part)
}

/// A frame of crash's `bt` with its number.
pub(super) fn parse_crash_frame(line: &[u8]) -> Option<KernelFrame<'_>> {
    let rest = line.trim_ascii().strip_prefix(b"#")?;
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest = rest.get(digits..).filter(|_| digits > 0)?.trim_ascii_start().strip_prefix(b"[")?;
    let close = memchr(b']', rest).filter(|close| rest[..*close].iter().all(u8::is_ascii_hexdigit))?;
    let rest = rest[close + 1..].trim_ascii_start();
    let end = memchr(b' ', rest)?;
    let function = &rest[..end];
    // `bt -s` adds an offset.
    let function = memchr(b'+', function).map_or(function, |plus| &function[..plus]);
    let at = crate::model::memmem::find(&rest[end..], b" at ")? + end;
    let after = rest[at + 4..].trim_ascii_start();
    let address = after.iter().take_while(|byte| byte.is_ascii_hexdigit()).count();
    let file = module(after[address..].trim_ascii_start()).unwrap_or(&[]);
    (address > 0 && is_symbol(function)).then_some(KernelFrame { function, file, line: 0, is_guess: false })
}

/// A decimal number that is the whole text.
pub(super) fn number(text: &[u8]) -> Option<u32> {
    super::super::super::time::number(text)
}

/// A hexadecimal number, with or without `0x`, that is the whole text.
pub(super) fn hex(text: &[u8]) -> Option<u64> {
    let digits = text.strip_prefix(b"0x").unwrap_or(text);
    let is_number = (1..=16).contains(&digits.len());
    let value = |sum: u64, byte: &u8| Some(sum << 4 | u64::from(char::from(*byte).to_digit(16)?));
    digits.iter().try_fold(0, value).filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn frames_of_all_generations_are_read() {
        for (line, want) in [
            (
                " [<ffffffff81726f29>] schedule_preempt_disabled+0x29/0x70",
                Some(("schedule_preempt_disabled", "", 0, false)),
            ),
            ("[<0>] do_syscall_64+0x5b/0x1a0", Some(("do_syscall_64", "", 0, false))),
            (" nfs_wait_bit_killable+0x1e/0x90 [nfs]", Some(("nfs_wait_bit_killable", "nfs", 0, false))),
            (" x_wait+0x1e/0x90 [nfs 0a1b2c3d4e5f]", Some(("x_wait", "nfs", 0, false))),
            (" ? kthread+0x0/0x90", Some(("kthread", "", 0, true))),
            (" do_idle (kernel/sched/idle.c:326)", Some(("do_idle", "kernel/sched/idle.c", 326, false))),
            (" __mutex_lock.isra.0+0x21f/0x4a0", Some(("__mutex_lock.isra.0", "", 0, false))),
            (" schedule+0x29 and more", None),
            ("usage 0x10/0x20", None),
            (" entry_SYSCALL_64+0x1/0x2 failed", None),
            ("[<ffffffffffffffff>] 0xffffffffffffffff", None),
        ] {
            let got = parse_frame(line.as_bytes());
            let want = want.map(|(function, file, line, is_guess): (&str, &str, u32, bool)| KernelFrame {
                function: function.as_bytes(),
                file: file.as_bytes(),
                line,
                is_guess,
            });
            assert_eq!(got, want, "{line}");
        }
        assert!(is_stack_end(b"[<ffffffffffffffff>] 0xffffffffffffffff"));
    }

    #[test]
    fn frames_of_crash_are_read() {
        for (line, want) in [
            (" #0 [ffff880826267a40] __schedule at ffffffff816a8f65", Some(("__schedule", ""))),
            ("#12 [ffff8808] nfs_wait at ffffffffa04 [nfs]", Some(("nfs_wait", "nfs"))),
            ("  #0 [c0000000f5e53a10] .schedule at c00000000059f010", Some((".schedule", ""))),
            (" #3 [ffff88] wait_on+0x1a at ffffffff81 (via x)", Some(("wait_on", ""))),
            (" #3 [ffff88] wait_on", None),
            (" #0: ffffffff9a8c1e28 (rtnl_mutex){+.+.}-{3:3}, at: rtnl_lock+0x1f/0x30", None),
        ] {
            let got = parse_crash_frame(line.as_bytes()).map(|it| (it.function, it.file));
            assert_eq!(got, want.map(|(function, file)| (function.as_bytes(), file.as_bytes())), "{line}");
        }
    }
}
