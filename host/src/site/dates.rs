//! Dates and times as people write them, in English and German.

use std::fmt;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use magnetiq_contract::text::Locale;

use crate::error::{Error, Result};

const MONTHS: [[&str; 12]; 2] = [
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
];

const SHORT_MONTHS: [[&str; 12]; 2] = [
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"],
    ["Jan", "Feb", "Mär", "Apr", "Mai", "Jun", "Jul", "Aug", "Sep", "Okt", "Nov", "Dez"],
];

const WEEKDAYS: [[&str; 7]; 2] = [
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
    ["Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"],
];

const SHORT_WEEKDAYS: [[&str; 7]; 2] =
    [["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], ["Mo", "Di", "Mi", "Do", "Fr", "Sa", "So"]];

/// German names of zones whose English abbreviation a German reader does not use.
const GERMAN_ZONES: [(&str, &str); 4] = [("CET", "MEZ"), ("CEST", "MESZ"), ("EET", "OEZ"), ("EEST", "OESZ")];

/// How a date is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Thursday, 12 March 2026
    Full,
    /// 12 March 2026
    Long,
    /// 12 Mar 2026 · 12.03.2026
    Short,
    /// 12
    Day,
    /// March
    Month,
    /// Mar
    ShortMonth,
    /// Thursday
    Weekday,
    /// Thu
    ShortWeekday,
    /// 2026
    Year,
    /// 2026-03-12
    Iso,
}

impl Style {
    /// The style that templates call by this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Some(match name {
            "full" => Self::Full,
            "long" => Self::Long,
            "short" => Self::Short,
            "day" => Self::Day,
            "month" => Self::Month,
            "month_short" => Self::ShortMonth,
            "weekday" => Self::Weekday,
            "weekday_short" => Self::ShortWeekday,
            "year" => Self::Year,
            "iso" => Self::Iso,
            _ => return None,
        })
    }
}

/// The zone with this IANA name.
///
/// # Errors
/// Internal, when there is no such zone.
pub fn zone(name: &str) -> Result<TimeZone> {
    TimeZone::get(name).map_err(Error::internal)
}

/// The day of `moment` in `zone`.
#[must_use]
pub fn date(moment: Timestamp, zone: &TimeZone, style: Style, locale: Locale) -> String {
    let there = moment.to_zoned(zone.clone());
    let (day, year) = (there.day(), there.year());
    let at = usize::from(there.month().unsigned_abs()) - 1;
    let weekday = usize::from(there.weekday().to_monday_zero_offset().unsigned_abs());
    let in_ = locale as usize;
    match style {
        Style::Full => format!("{}, {}", WEEKDAYS[in_][weekday], date(moment, zone, Style::Long, locale)),
        Style::Long if locale == Locale::De => format!("{day}. {} {year}", MONTHS[in_][at]),
        Style::Long => format!("{day} {} {year}", MONTHS[in_][at]),
        Style::Short if locale == Locale::De => format!("{day:02}.{:02}.{year}", at + 1),
        Style::Short => format!("{day} {} {year}", SHORT_MONTHS[in_][at]),
        Style::Day => day.to_string(),
        Style::Month => MONTHS[in_][at].to_owned(),
        Style::ShortMonth => SHORT_MONTHS[in_][at].to_owned(),
        Style::Weekday => WEEKDAYS[in_][weekday].to_owned(),
        Style::ShortWeekday => SHORT_WEEKDAYS[in_][weekday].to_owned(),
        Style::Year => year.to_string(),
        Style::Iso => there.strftime("%F").to_string(),
    }
}

/// The time of day of `moment` in `zone`, on the 24-hour clock.
#[must_use]
pub fn time(moment: Timestamp, zone: &TimeZone) -> String {
    moment.to_zoned(zone.clone()).strftime("%H:%M").to_string()
}

/// What the zone is called at `moment`: `CET`, `MESZ`, `UTC+03`.
#[must_use]
pub fn zone_name(moment: Timestamp, zone: &TimeZone, locale: Locale) -> String {
    let name = moment.to_zoned(zone.clone()).strftime("%Z").to_string();
    if name.starts_with(['+', '-']) {
        return format!("UTC{name}");
    }
    let german = GERMAN_ZONES.iter().find(|(english, _)| locale == Locale::De && *english == name);
    german.map_or(name, |(_, german)| (*german).to_owned())
}

/// Day and time of day, apart so that a page need not break inside the time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// `Thursday, 12 March 2026`
    pub day: String,
    /// `15:00–16:00 CET` · `15:00–16:00 Uhr MEZ`
    pub clock: String,
}

/// Day, time and zone, with the end when it is given.
#[must_use]
pub fn datetime(start: Timestamp, end: Option<Timestamp>, zone: &TimeZone, style: Style, locale: Locale) -> Moment {
    let clock = match end {
        None => zoned_time(start, zone, locale),
        Some(end) => range(start, end, zone, style, locale),
    };
    Moment { day: date(start, zone, style, locale), clock }
}

/// `15:00–16:00 CET`. Where the clocks change in between, both ends name theirs: `01:30 EDT – 01:30 EST`.
fn range(start: Timestamp, end: Timestamp, zone: &TimeZone, style: Style, locale: Locale) -> String {
    let one_zone = zone_name(start, zone, locale) == zone_name(end, zone, locale);
    let one_day = same_day(start, end, zone);
    let from = if one_zone { time(start, zone) } else { zoned_time(start, zone, locale) };
    let dash = if one_zone && one_day { "–" } else { " – " };
    let last_day = if one_day { String::new() } else { format!("{}, ", date(end, zone, style, locale)) };
    format!("{from}{dash}{last_day}{}", zoned_time(end, zone, locale))
}

/// `15:00 CET` · `15:00 Uhr MEZ`
fn zoned_time(moment: Timestamp, zone: &TimeZone, locale: Locale) -> String {
    let clock = if locale == Locale::De { " Uhr" } else { "" };
    format!("{}{clock} {}", time(moment, zone), zone_name(moment, zone, locale))
}

fn same_day(one: Timestamp, other: Timestamp, zone: &TimeZone) -> bool {
    one.to_zoned(zone.clone()).date() == other.to_zoned(zone.clone()).date()
}

impl fmt::Display for Moment {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}, {}", self.day, self.clock)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn the_same_utc_hour_is_another_local_hour_after_the_clocks_change() {
        let berlin = zone("Europe/Berlin").unwrap();
        let winter = datetime(at("2026-03-28T14:00:00Z"), None, &berlin, Style::Full, Locale::En).to_string();
        let summer = datetime(at("2026-03-29T14:00:00Z"), None, &berlin, Style::Full, Locale::De).to_string();
        assert_eq!(winter, "Saturday, 28 March 2026, 15:00 CET");
        assert_eq!(summer, "Sonntag, 29. März 2026, 16:00 Uhr MESZ");
    }

    #[test]
    fn a_range_names_its_second_day_when_midnight_lies_between() {
        let new_york = zone("America/New_York").unwrap();
        let (start, end) = (at("2026-11-01T03:30:00Z"), at("2026-11-01T06:30:00Z"));
        let line = datetime(start, Some(end), &new_york, Style::Long, Locale::En);
        assert_eq!(line.to_string(), "31 October 2026, 23:30 EDT – 1 November 2026, 01:30 EST");
        let short = datetime(start, Some(at("2026-11-01T03:45:00Z")), &new_york, Style::Long, Locale::De);
        assert_eq!(short.to_string(), "31. Oktober 2026, 23:30–23:45 Uhr EDT");
    }

    #[test]
    fn a_range_across_a_change_of_the_clocks_names_both_times() {
        let berlin = zone("Europe/Berlin").unwrap();
        let (start, end) = (at("2026-10-25T00:30:00Z"), at("2026-10-25T01:30:00Z"));
        let line = |locale| datetime(start, Some(end), &berlin, Style::Long, locale).clock;
        assert_eq!(line(Locale::En), "02:30 CEST – 02:30 CET");
        assert_eq!(line(Locale::De), "02:30 Uhr MESZ – 02:30 Uhr MEZ");
    }

    #[test]
    fn every_style_of_a_badge_speaks_the_readers_language() {
        let zone = zone("Europe/Berlin").unwrap();
        let moment = at("2026-12-03T08:00:00Z");
        let styles = ["short", "day", "month", "month_short", "weekday", "weekday_short", "year", "iso"];
        let write = |locale| styles.map(|name| date(moment, &zone, Style::from_name(name).unwrap(), locale)).join("|");
        assert_eq!(write(Locale::En), "3 Dec 2026|3|December|Dec|Thursday|Thu|2026|2026-12-03");
        assert_eq!(write(Locale::De), "03.12.2026|3|Dezember|Dez|Donnerstag|Do|2026|2026-12-03");
    }

    #[test]
    fn a_zone_without_a_name_is_written_by_its_offset() {
        let zone = zone("Asia/Dubai").unwrap();
        assert_eq!(zone_name(at("2026-01-01T00:00:00Z"), &zone, Locale::De), "UTC+04");
        assert!(super::zone("Europe/Atlantis").is_err());
    }
}
