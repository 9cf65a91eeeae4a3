//! Moments and spans. Zones are the host's business: a plugin computes on moments and hands them to templates.

use std::fmt;
use std::ops::{Add, Sub};
use std::str::FromStr;
use std::time::Duration;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

const DAY: i64 = 86_400_000_000;

/// A moment in UTC, in microseconds since 1970. Text and JSON: `2026-03-01T09:00:00.000000Z`, always that wide, so
/// that text order is time order.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// let starts: Timestamp = "2026-03-01T10:00:00+01:00".parse().unwrap();
/// assert_eq!(starts.to_string(), "2026-03-01T09:00:00.000000Z");
/// assert_eq!(starts.ical(), "20260301T090000Z");
/// assert_eq!((starts + 2.hours()).since(starts), 120.minutes());
/// assert_eq!(Timestamp::from_micros(starts.as_micros()), starts);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

/// A text that is no time.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// use magnetiq_sdk::NoTime;
///
/// assert_eq!("tomorrow".parse::<Timestamp>(), Err(NoTime));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NoTime;

impl fmt::Display for NoTime {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("expected a time such as 2026-03-01T09:00:00Z")
    }
}

impl Timestamp {
    /// The moment so many microseconds after 1970.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since 1970.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// The time from `earlier` to this moment; zero when it is not earlier.
    #[must_use]
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_micros(u64::try_from(self.0.saturating_sub(earlier.0)).unwrap_or(0))
    }

    /// `20260301T090000Z`, as calendars write it.
    #[must_use]
    pub fn ical(self) -> String {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let second = self.0.rem_euclid(DAY) / 1_000_000;
        format!("{year:04}{month:02}{day:02}T{:02}{:02}{:02}Z", second / 3600, second / 60 % 60, second % 60)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = civil(self.0.div_euclid(DAY));
        let micros = self.0.rem_euclid(DAY);
        let second = micros / 1_000_000;
        let (hour, minute) = (second / 3600, second / 60 % 60);
        write!(out, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{:02}.{:06}Z", second % 60, micros % 1_000_000)
    }
}

impl FromStr for Timestamp {
    type Err = NoTime;

    /// Reads RFC 3339 with any offset.
    fn from_str(text: &str) -> Result<Self, NoTime> {
        let bytes = text.as_bytes();
        let shape =
            bytes.len() >= 20 && [(4, b'-'), (7, b'-'), (13, b':'), (16, b':')].iter().all(|(at, c)| bytes[*at] == *c);
        if !shape || !text.is_ascii() || !matches!(bytes[10], b'T' | b't' | b' ') {
            return Err(NoTime);
        }
        let (year, month, day) = (digits(&text[..4])?, digits(&text[5..7])?, digits(&text[8..10])?);
        let (hour, minute, second) = (digits(&text[11..13])?, digits(&text[14..16])?, digits(&text[17..19])?);
        let days = days_from_civil(year, month, day);
        if hour > 23 || minute > 59 || second > 59 || civil(days) != (year, month, day) {
            return Err(NoTime);
        }
        let (micros, zone) = fraction(&text[19..])?;
        let local = days * DAY + ((hour * 60 + minute) * 60 + second) * 1_000_000 + micros;
        Ok(Self(local - offset(zone)?))
    }
}

fn digits(text: &str) -> Result<i64, NoTime> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(NoTime);
    }
    text.parse().map_err(|_| NoTime)
}

/// Microseconds of `.123456Z`, and what follows them.
fn fraction(text: &str) -> Result<(i64, &str), NoTime> {
    let Some(rest) = text.strip_prefix('.') else { return Ok((0, text)) };
    let end = rest.bytes().position(|byte| !byte.is_ascii_digit()).ok_or(NoTime)?;
    let kept = end.min(6);
    let scale = 10_i64.pow(6 - u32::try_from(kept).map_err(|_| NoTime)?);
    Ok((digits(&rest[..kept])? * scale, &rest[end..]))
}

/// Microseconds of `Z` or `+02:00`.
fn offset(zone: &str) -> Result<i64, NoTime> {
    if zone.eq_ignore_ascii_case("z") {
        return Ok(0);
    }
    let bytes = zone.as_bytes();
    if bytes.len() != 6 || bytes[3] != b':' || !matches!(bytes[0], b'+' | b'-') {
        return Err(NoTime);
    }
    let (hours, minutes) = (digits(&zone[1..3])?, digits(&zone[4..6])?);
    if hours > 23 || minutes > 59 {
        return Err(NoTime);
    }
    let micros = (hours * 60 + minutes) * 60_000_000;
    Ok(if bytes[0] == b'-' { -micros } else { micros })
}

/// Year, month and day of so many days after 1970 in the Gregorian calendar.
fn civil(days: i64) -> (i64, i64, i64) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The reverse of [`civil`]; days that do not exist come out as others.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let shifted_month = if month > 2 { month - 3 } else { month + 9 };
    let day_of_year = (153 * shifted_month + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

fn micros(span: Duration) -> i64 {
    i64::try_from(span.as_micros()).unwrap_or(i64::MAX)
}

impl Add<Duration> for Timestamp {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(micros(span)))
    }
}

impl Sub<Duration> for Timestamp {
    type Output = Self;

    fn sub(self, span: Duration) -> Self {
        Self(self.0.saturating_sub(micros(span)))
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

/// `24.hours()` and the like.
///
/// ```
/// # use magnetiq_sdk::prelude::*;
/// assert_eq!(1.days(), 24.hours());
/// assert_eq!(2.minutes(), 120.seconds());
/// ```
pub trait Span {
    /// So many days of 24 hours.
    fn days(self) -> Duration;
    /// So many hours.
    fn hours(self) -> Duration;
    /// So many minutes.
    fn minutes(self) -> Duration;
    /// So many seconds.
    fn seconds(self) -> Duration;
}

impl Span for u32 {
    fn days(self) -> Duration {
        Duration::from_secs(u64::from(self) * 86_400)
    }

    fn hours(self) -> Duration {
        Duration::from_secs(u64::from(self) * 3600)
    }

    fn minutes(self) -> Duration {
        Duration::from_secs(u64::from(self) * 60)
    }

    fn seconds(self) -> Duration {
        Duration::from_secs(u64::from(self))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<String, NoTime> {
        text.parse::<Timestamp>().map(|time| time.to_string())
    }

    #[test]
    fn times_come_back_in_the_one_width() {
        assert_eq!(read("2026-03-01T09:00:00Z").as_deref(), Ok("2026-03-01T09:00:00.000000Z"));
        assert_eq!(read("2024-02-29T23:59:59.5+02:00").as_deref(), Ok("2024-02-29T21:59:59.500000Z"));
        assert_eq!(read("1969-12-31T23:59:59.1234567-00:30").as_deref(), Ok("1970-01-01T00:29:59.123456Z"));
    }

    #[test]
    fn what_is_no_time_is_refused() {
        for text in [
            "",
            "2026-03-01",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-03-01T24:00:00Z",
            "2026-03-01T09:00:00",
            "2026-03-01T09:00:00.Z",
            "2026-03-01T09:00:00+2:00",
            "2026-03-01T09:0ä:00Z",
        ] {
            assert_eq!(read(text), Err(NoTime), "{text}");
        }
    }

    #[test]
    fn every_day_of_four_centuries_comes_back() {
        for day in -146_097..146_097 {
            let (year, month, date) = civil(day);
            assert_eq!(days_from_civil(year, month, date), day);
        }
    }

    #[test]
    fn spans_move_moments() {
        let start: Timestamp = "2026-03-01T09:00:00Z".parse().unwrap_or_default();
        assert_eq!((start - 24.hours()).to_string(), "2026-02-28T09:00:00.000000Z");
        assert_eq!((start + 90.minutes()).ical(), "20260301T103000Z");
        assert_eq!(start.since(start - 2.seconds()), 2.seconds());
    }
}
