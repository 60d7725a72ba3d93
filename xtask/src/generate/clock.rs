//! Wall clocks: instants in seconds (or microseconds) since the epoch, written the way each tool writes them.

/// Names of the months, as `ps`, journald and RFC 1123 print them.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"];

/// A fixed zone, in seconds east of UTC.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zone(pub(crate) i32);

/// Fields of a wall clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fields {
    pub(crate) year: i64,
    pub(crate) month: i64,
    pub(crate) day: i64,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    weekday: &'static str,
}

impl Fields {
    /// `Jul`.
    pub(crate) fn month_name(&self) -> &'static str {
        MONTHS[(self.month - 1) as usize]
    }
}

impl Zone {
    /// The fields of an instant in this zone. Source: Howard Hinnant, "chrono-compatible low-level date algorithms".
    pub(crate) fn fields(self, at: i64) -> Fields {
        let local = at + i64::from(self.0);
        let (days, of_day) = (local.div_euclid(86_400), local.rem_euclid(86_400));
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let day_of_era = shifted.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted_month = (5 * day_of_year + 2) / 153;
        let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
        Fields {
            year: year_of_era + era * 400 + i64::from(month <= 2),
            month,
            day: day_of_year - (153 * shifted_month + 2) / 5 + 1,
            hour: of_day / 3600,
            minute: of_day / 60 % 60,
            second: of_day % 60,
            weekday: WEEKDAYS[days.rem_euclid(7) as usize],
        }
    }

    /// `2023-07-23`.
    pub(crate) fn date(self, at: i64) -> String {
        let f = self.fields(at);
        format!("{:04}-{:02}-{:02}", f.year, f.month, f.day)
    }

    /// `2023-07-23 22:03:11`.
    pub(crate) fn date_time(self, at: i64) -> String {
        let f = self.fields(at);
        format!("{:04}-{:02}-{:02} {:02}:{:02}:{:02}", f.year, f.month, f.day, f.hour, f.minute, f.second)
    }

    /// `Sun, 23 Jul 2023 22:14:12 +0800`, as kubectl prints times.
    pub(crate) fn rfc1123(self, at: i64) -> String {
        let f = self.fields(at);
        format!(
            "{}, {:02} {} {:04} {:02}:{:02}:{:02} {}",
            f.weekday,
            f.day,
            f.month_name(),
            f.year,
            f.hour,
            f.minute,
            f.second,
            self.offset()
        )
    }

    /// `Sun 2023-07-23 22:40:31 CST`, as journald's header prints times.
    pub(crate) fn journal_header(self, at: i64) -> String {
        format!("{} {} {}", self.fields(at).weekday, self.date_time(at), self.abbreviation())
    }

    /// `STIME` of `ps`: `22:40` on the same day, `Jun11` otherwise.
    pub(crate) fn start_time(self, at: i64, now: i64) -> String {
        let f = self.fields(at);
        if self.date(at) == self.date(now) {
            format!("{:02}:{:02}", f.hour, f.minute)
        } else {
            format!("{}{:02}", f.month_name(), f.day)
        }
    }

    /// `+0800`.
    pub(crate) fn offset(self) -> String {
        let sign = if self.0 < 0 { '-' } else { '+' };
        let minutes = self.0.abs() / 60;
        format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)
    }

    fn abbreviation(self) -> &'static str {
        match self.0 {
            28_800 => "CST",
            0 => "UTC",
            -18_000 => "EST",
            19_800 => "IST",
            32_400 => "JST",
            _ => "LMT",
        }
    }
}

/// Midnight UTC of a date, in seconds since the epoch.
pub(crate) fn midnight_utc(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    (era * 146_097 + day_of_era - 719_468) * 86_400
}
