//! What could be read otherwise in a table, told so that a person can see what each reading would mean.
//!
//! A reading is a piece of the first row, or a cell and what becomes of it (`46.312 → 46312`): the same in every language.

use super::cells::{cell_text, cells};
use super::instant::{EpochUnit, parse_epoch_in, parse_time};
use super::layout::{BESIDE, DELIMITERS, Layout, MARKS, ORDERS, Role};
use super::number::{Cell, parse_cell};
use super::written::{Shown, has_short_year, shown_order};
use crate::model::{Guess, GuessKind, Timestamp, WallKind};

/// Characters of a reading: it has to fit into a menu.
const MAX_CHARS: usize = 60;

/// What is open beside the layout that was taken.
pub(super) struct Open {
    /// The time column.
    pub(super) time: usize,
    /// Columns that could be the time, each with the column of its time of day.
    pub(super) columns: Vec<(usize, Option<usize>)>,
    /// Whether dates can be read both ways.
    pub(super) order: bool,
    /// What a person set.
    pub(super) chosen: [Option<GuessKind>; 5],
}

/// All guesses of a table.
pub(super) fn tell(layout: &Layout, sample: &[&[u8]], open: &Open) -> Vec<Guess> {
    let row = sample.first().copied().unwrap_or_default();
    let cell = |row: &[u8], at: usize| cells(row, layout.delimiter).nth(at).map(|cell| cell.text.to_vec());
    let of_time = |row: &[u8]| cell(row, open.time).unwrap_or_default();
    let mut guesses = Vec::new();
    let mut say = |what: GuessKind, value: String, alternatives: Vec<(String, String)>| {
        // Of equals the first is the one taken.
        let (taken, others): (Vec<_>, Vec<_>) = alternatives.into_iter().partition(|(name, _)| *name == value);
        let (names, readings): (Vec<_>, Vec<_>) = taken.into_iter().take(1).chain(others).unzip();
        let alternatives: Vec<String> = names.into_iter().filter(|name| *name != value).collect();
        let has_readings = readings.len() == alternatives.len() + 1 && readings.iter().any(|text| !text.is_empty());
        let readings = if has_readings { readings } else { Vec::new() };
        guesses.push(Guess { what, value, alternatives, readings, chosen: open.chosen.contains(&Some(what)) });
    };

    // Blanks stand in many cells: they are offered where they were taken.
    let offered = DELIMITERS.iter().filter(|(_, delimiter)| *delimiter != b' ' || layout.delimiter == b' ');
    let pieces = offered.map(|&(name, delimiter)| {
        let texts: Vec<String> = cells(row, delimiter).take(8).map(|cell| cell_text(cell.text)).collect();
        (name.to_owned(), short(&texts.join(" | ")))
    });
    say(GuessKind::Delimiter, spelling(&DELIMITERS, layout.delimiter), pieces.collect());

    let values = || sample.iter().flat_map(|row| layout.roles.iter().zip(cells(row, layout.delimiter)));
    let marked =
        values().find(|(role, cell)| **role == Role::Value && cell.text.iter().any(|byte| b".,".contains(byte)));
    let marks = MARKS.map(|(name, mark)| {
        let reading = marked.and_then(|(_, cell)| match parse_cell(cell.text, mark) {
            Cell::Value(value, _) => written(value).map(|text| becomes(cell.text, &text)),
            Cell::Gap | Cell::Text => None,
        });
        (name.to_owned(), reading.unwrap_or_default())
    });
    say(GuessKind::DecimalMark, spelling(&MARKS, layout.mark), marks.to_vec());

    let name = |(day, clock): (usize, Option<usize>)| {
        let beside = clock.map(|clock| format!("{BESIDE}{}", layout.column_name(clock)));
        layout.column_name(day) + &beside.unwrap_or_default()
    };
    let columns = open.columns.iter().map(|&(day, clock)| {
        let texts = [Some(day), clock].into_iter().flatten().filter_map(|at| cell(row, at)).map(|it| cell_text(&it));
        (name((day, clock)), short(&texts.collect::<Vec<_>>().join(" ")))
    });
    let clock = layout.roles.iter().position(|role| *role == Role::Clock);
    say(GuessKind::TimeColumn, name((open.time, clock)), columns.collect());

    let epoch = of_time(row);
    if let Some(unit) = layout.epoch_unit.or_else(|| EpochUnit::of(&epoch)) {
        let units = EpochUnit::ALL.iter().filter_map(|(name, unit)| {
            let (wall, kind) = parse_epoch_in(&epoch, *unit)?;
            let at = Timestamp(wall.0);
            let at = if kind == WallKind::Utc { at.to_rfc3339() } else { at.to_local(0) };
            Some(((*name).to_owned(), becomes(&epoch, &at)))
        });
        say(GuessKind::TimeUnit, spelling(&EpochUnit::ALL, unit), units.collect());
    }

    if open.order {
        let mut texts = sample.iter().map(|row| of_time(row));
        let is_open = |text: &Vec<u8>| shown_order(text) == Some(Shown::Ambiguous) || has_short_year(text);
        let date = texts.find(is_open).unwrap_or_default();
        let orders = ORDERS.iter().filter_map(|(name, order)| {
            let at = Timestamp(parse_time(&date, *order)?.0.0).to_local(0);
            Some(((*name).to_owned(), becomes(&date, &at)))
        });
        let orders: Vec<_> = orders.collect();
        if orders.len() > 1 || open.chosen.contains(&Some(GuessKind::DateOrder)) {
            say(GuessKind::DateOrder, spelling(&ORDERS, layout.day_order), orders);
        }
    }
    guesses
}

/// A number to six decimals, unless it is huge; by integers, because the library's printing of floats weighs more than everything here.
fn written(value: f64) -> Option<String> {
    let millionths = (value.abs() * 1e6).round();
    let is_exact = millionths < u64::MAX as f64;
    is_exact.then(|| {
        let (sign, millionths) = (if value < 0.0 { "-" } else { "" }, millionths as u64);
        let text = format!("{sign}{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    })
}

fn becomes(cell: &[u8], read: &str) -> String {
    format!("{} → {read}", short(&cell_text(cell)))
}

fn short(text: &str) -> String {
    if text.chars().nth(MAX_CHARS).is_none() {
        return text.to_owned();
    }
    text.chars().take(MAX_CHARS - 1).chain(std::iter::once('…')).collect()
}

fn spelling<T: PartialEq>(spellings: &[(&str, T)], value: T) -> String {
    spellings.iter().find(|(_, one)| *one == value).map_or_else(String::new, |(spelling, _)| (*spelling).to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::layout::Layout;
    use super::*;
    use crate::model::Setting;

    fn guesses(text: &str, settings: &[(GuessKind, &str)]) -> Vec<String> {
        let mut lines = text.lines().map(str::as_bytes);
        let first = lines.next().expect("a header");
        let set = |(what, value): &(GuessKind, &str)| Setting { what: *what, value: (*value).to_owned() };
        let settings: Vec<Setting> = settings.iter().map(set).collect();
        let layout = Layout::infer(first, &lines.collect::<Vec<_>>(), None, &settings).expect("a table");
        let said = layout.guesses.iter().map(|guess| {
            let Guess { what, value, alternatives, readings, chosen } = guess;
            format!(
                "{what:?}{} {value} / {} : {}",
                if *chosen { "!" } else { "" },
                alternatives.join(" "),
                readings.join(" ; ")
            )
        });
        said.collect()
    }

    #[test]
    fn numbers_are_written_plainly() {
        let texts = [0.0, 1234.5, -0.25, 1e-7, 1_690_120_800_000.0, 12.000_000_4].map(written);
        let expected = ["0", "1234.5", "-0.25", "0", "1690120800000", "12"];
        assert_eq!(texts, expected.map(|text| Some(text.to_owned())));
        assert_eq!([1e300, f64::INFINITY, f64::NAN].map(written), [None, None, None]);
    }

    #[test]
    fn each_reading_is_shown() {
        let text = "Time;ts;threads\n2023-07-23 22:00:00;1690120800;46.312\n";
        assert_eq!(
            guesses(text, &[]),
            [
                "Delimiter ; / , tab : 2023-07-23 22:00:00 | 1690120800 | 46.312 ; 2023-07-23 22:00:00;1690120800;46.312 ; \
                 2023-07-23 22:00:00;1690120800;46.312",
                "DecimalMark ., / . , : 46.312 → 46.312 ; 46.312 → 46.312 ; 46.312 → 46312",
                "TimeColumn ts / Time : 1690120800 ; 2023-07-23 22:00:00",
                "TimeUnit s / ms us ns : 1690120800 → 2023-07-23T14:00:00Z ; 1690120800 → 1970-01-20T13:28:40.800Z ; \
                 1690120800 → 1970-01-01T00:28:10.120800Z ; 1690120800 → 1970-01-01T00:00:01.690120800Z",
            ]
        );
    }

    #[test]
    fn day_and_time_in_two_columns_and_both_orders() {
        let text = "Date,Time,n\n04/07/2023,22:00:00,5\n04/07/2023,22:00:15,6\n";
        let said = guesses(text, &[]);
        assert_eq!(said[2], "TimeColumn Date + Time / Date : 04/07/2023 22:00:00 ; 04/07/2023");
        assert_eq!(
            said[3],
            "DateOrder dd/mm / mm/dd : 04/07/2023 → 2023-07-04 00:00:00 ; 04/07/2023 → 2023-04-07 00:00:00"
        );
        let said = guesses(text, &[(GuessKind::DateOrder, "mm/dd"), (GuessKind::TimeColumn, "Date")]);
        assert!(said[2].starts_with("TimeColumn! Date / Date + Time :"), "{said:?}");
        assert!(said[3].starts_with("DateOrder! mm/dd / dd/mm :"), "{said:?}");
        // The first of two digits may be a year.
        let said = guesses("Time,n\n23/07/11 22:00,5\n", &[]);
        assert!(
            said[3].starts_with("DateOrder dd/mm / yy/mm/dd : 23/07/11 22:00 → 2011-07-23 22:00:00 ; "),
            "{said:?}"
        );
        assert_eq!(guesses("Time,n\n07/23/23 22:00,5\n", &[]).len(), 3);
        let said = guesses("Time,n\n45130.9166666667,5\n", &[]);
        assert!(
            said[3].starts_with("TimeUnit excel / s ms us ns : 45130.9166666667 → 2023-07-23 22:00:00 ; "),
            "{said:?}"
        );
        // What tells its order is no guess.
        assert_eq!(guesses("Time,n\n23/07/2023 22:00,5\n", &[]).len(), 3);
    }
}
