//! Messages resolved by us and by the reference implementation of Fluent: the same words for every message and every plural form.

use std::fs;

use debrief::model::{Arg, Message};
use debrief::text::page_file::{NOT_OF_THE_PAGE, page_file};
use debrief::text::{Lang, Texts};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

/// Names of the variables that a message's source uses.
fn variables(source: &str) -> Vec<&str> {
    let ends = |rest: &str| rest.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '-')).unwrap_or(rest.len());
    let mut names: Vec<&str> = source.split('$').skip(1).map(|rest| &rest[..ends(rest)]).collect();
    names.sort_unstable();
    names.dedup();
    names
}

#[test]
fn every_message_reads_as_the_reference_reads_it() {
    for lang in Lang::ALL {
        let source = fs::read_to_string(format!("locales/{}.ftl", lang.tag())).unwrap();
        let mut reference = FluentBundle::new(vec![lang.tag().parse().unwrap()]);
        reference.set_use_isolating(false);
        reference.add_resource(FluentResource::try_new(source.clone()).unwrap()).unwrap();
        let texts = Texts::new(lang, 0);
        let names = variables(&source);
        let mut n_messages = 0;
        let ids = source.lines().filter_map(|line| line.split_once(" =").map(|(id, _)| id));
        let mut owner = "";
        for id in ids {
            let id = match id.trim_start().strip_prefix('.') {
                Some(attribute) => format!("{owner}.{attribute}"),
                None if id.starts_with(|c: char| c.is_ascii_lowercase()) => {
                    owner = id;
                    id.to_owned()
                }
                None => continue,
            };
            let Some(message) = reference.get_message(owner) else { panic!("{id}") };
            let pattern = match id.split_once('.') {
                Some((_, attribute)) => message.get_attribute(attribute).map(|it| it.value()),
                None => message.value(),
            };
            let Some(pattern) = pattern else { continue };
            for number in [Some(0_u32), Some(1), Some(2), Some(11), Some(999), None] {
                let (mut args, mut ours) = (FluentArgs::new(), Message::new(&id));
                for name in &names {
                    match number {
                        Some(number) => {
                            args.set(*name, number);
                            ours = ours.with(name, number);
                        }
                        None => {
                            args.set(*name, FluentValue::from("text \"x\" {1}"));
                            ours = ours.with(name, Arg::Text("text \"x\" {1}".to_owned()));
                        }
                    }
                }
                let mut errors = Vec::new();
                let expected = reference.format_pattern(pattern, Some(&args), &mut errors);
                assert_eq!(texts.say(&ours), expected, "{id} with {number:?} ({errors:?})");
            }
            n_messages += 1;
        }
        assert!(n_messages > 500, "only {n_messages} messages of {}", lang.tag());
    }
}

#[test]
fn the_page_says_what_its_file_holds_in_the_same_words() {
    for lang in Lang::ALL {
        let (all, page) = (Texts::new(lang, 0), Texts::of_compiled(lang, page_file(lang.compiled()), 0));
        let mut n_said = 0;
        let source = fs::read_to_string(format!("locales/{}.ftl", lang.tag())).unwrap();
        for id in source.lines().filter_map(|line| line.split_once(" =").map(|(id, _)| id)) {
            let is_said = !NOT_OF_THE_PAGE.iter().any(|area| id.starts_with(area));
            assert_eq!(page.get(id), if is_said { all.get(id) } else { id.to_owned() });
            n_said += usize::from(is_said && id.starts_with(|first: char| first.is_ascii_lowercase()));
        }
        assert!(n_said > 300, "only {n_said} messages of {}", lang.tag());
    }
}

proptest::proptest! {
    #[test]
    fn floats_are_written_as_the_standard_library_writes_them(bits in proptest::num::u64::ANY, short in -1e7..1e7, decimals in 0_u32..4) {
        // Any finite float below the range of 64 bits, plain ones, and the halves that rounding turns on.
        for number in [f64::from_bits(bits), short, (short * 8.0_f64).round() / 16.0] {
            if !number.is_finite() || number.abs() < 1.8e19 {
                let expected = format!("{number:.*}", decimals as usize);
                proptest::prop_assert_eq!(debrief::text::format::fixed(number, decimals), expected);
            }
        }
    }
}
