//! When a schedule is due.
//!
//! The five fields name times on the zone's wall clock. Where that clock jumps, a schedule with fixed hours still runs
//! once a day: a time in the gap is shifted behind it, a doubled time counts when it comes first. A schedule for every
//! hour (`*` in the hour field) follows real time: it skips the gap and runs in both of the doubled hours.

use cronexpr::Crontab;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{SignedDuration, Timestamp};
use magnetiq_contract::rule::Rule;

use crate::error::{Error, Result};

/// A schedule's times.
#[derive(Clone, Debug)]
pub struct Cron {
    /// The fields, read as if the wall clock never jumped.
    wall: Crontab,
    zone: TimeZone,
    every_hour: bool,
}

impl Cron {
    /// Reads five fields and an IANA zone.
    ///
    /// # Errors
    /// 422 for `cron` or `zone`.
    pub fn parse(fields: &str, zone: &str) -> Result<Self> {
        let wrong = || {
            Error::field(
                "cron",
                Rule::expected(("five cron fields such as 0 9 * * *", "fünf Cron-Felder wie 0 9 * * *")),
            )
        };
        let parts: Vec<&str> = fields.split_ascii_whitespace().collect();
        let [_, hour, ..] = parts[..] else { return Err(wrong()) };
        if parts.len() != 5 {
            return Err(wrong());
        }
        let wall = cronexpr::parse_crontab(&format!("{} UTC", parts.join(" "))).map_err(|_| wrong())?;
        let zone = TimeZone::get(zone).map_err(|_| Error::field("zone", Rule::TimeZone))?;
        Ok(Self { wall, zone, every_hour: hour.starts_with('*') })
    }

    /// The first moment after `moment` at which the schedule is due.
    ///
    /// # Errors
    /// 422 for `cron`, when there is none within four years, such as on 30 February.
    pub fn next_after(&self, moment: Timestamp) -> Result<Timestamp> {
        match self.every_hour {
            true => self.next_in_real_time(moment),
            false => self.next_on_the_wall(moment),
        }
    }

    /// The last moment up to `now` at which the schedule is due, when `first` is one.
    ///
    /// # Errors
    /// As [`Self::next_after`].
    pub fn last_due(&self, first: Timestamp, now: Timestamp) -> Result<Timestamp> {
        let mut last = first;
        // Far jumps first, so that few steps are left also of a long time and a schedule for every minute.
        for days in [366, 31, 1] {
            let near = (now - SignedDuration::from_hours(24 * days)).max(last);
            last = Some(self.next_after(near)?).filter(|due| *due <= now).unwrap_or(last);
        }
        loop {
            match self.next_after(last)? {
                next if next <= now => last = next,
                _ => return Ok(last),
            }
        }
    }

    /// Goes from jump to jump of the clock; between two of them wall clock and real time run alike.
    fn next_in_real_time(&self, moment: Timestamp) -> Result<Timestamp> {
        let mut after = moment;
        let mut offset = self.zone.to_offset(moment);
        let mut jumps = self.zone.following(moment);
        loop {
            let wall = self.next_wall(offset.to_datetime(after))?;
            let candidate = offset.to_timestamp(wall).map_err(Error::internal)?;
            match jumps.next() {
                Some(jump) if candidate >= jump.timestamp() => {
                    offset = jump.offset();
                    after = jump.timestamp() - SignedDuration::from_micros(1);
                }
                _ => return Ok(candidate),
            }
        }
    }

    /// Starts a day early, because a time that was shifted behind a gap stands earlier on the wall than it is.
    fn next_on_the_wall(&self, moment: Timestamp) -> Result<Timestamp> {
        let mut wall = self.zone.to_datetime(moment).saturating_sub(SignedDuration::from_hours(24));
        loop {
            wall = self.next_wall(wall)?;
            let candidate = self.zone.to_ambiguous_timestamp(wall).compatible().map_err(Error::internal)?;
            if candidate > moment {
                return Ok(candidate);
            }
        }
    }

    fn next_wall(&self, after: DateTime) -> Result<DateTime> {
        let after = Offset::UTC.to_timestamp(after).map_err(Error::internal)?;
        let none = |_| {
            Error::field("cron", Rule::expected(("fields that some day meets", "Felder, die irgendein Tag erfüllt")))
        };
        self.wall.find_next(after).map(|found| found.datetime()).map_err(none)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next `count` times after a moment, in UTC.
    fn times(fields: &str, zone: &str, after: &str, count: usize) -> Vec<String> {
        let cron = Cron::parse(fields, zone).unwrap();
        let mut moment: Timestamp = after.parse().unwrap();
        let mut next = || {
            moment = cron.next_after(moment).unwrap();
            moment.to_string()
        };
        (0..count).map(|_| next()).collect()
    }

    #[test]
    fn nine_in_the_morning_stays_nine_on_the_wall_across_both_jumps() {
        assert_eq!(
            times("0 9 * * *", "Europe/Berlin", "2026-03-28T00:00:00Z", 2),
            ["2026-03-28T08:00:00Z", "2026-03-29T07:00:00Z"]
        );
        assert_eq!(
            times("0 9 * * *", "Europe/Berlin", "2026-10-24T00:00:00Z", 2),
            ["2026-10-24T07:00:00Z", "2026-10-25T08:00:00Z"]
        );
    }

    #[test]
    fn the_last_moment_that_was_missed_is_found_from_any_first() {
        for (fields, first, now, last) in [
            ("0 9 * * *", "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z", "2026-03-01T08:00:00Z"),
            ("0 9 * * *", "2026-03-01T08:00:00Z", "2026-04-02T06:59:59Z", "2026-04-01T07:00:00Z"),
            ("*/5 * * * *", "2023-03-01T08:00:00Z", "2026-04-01T07:03:00Z", "2026-04-01T07:00:00Z"),
            ("0 9 1 1 *", "2023-01-01T08:00:00Z", "2026-04-01T07:00:00Z", "2026-01-01T08:00:00Z"),
        ] {
            let cron = Cron::parse(fields, "Europe/Berlin").unwrap();
            let found = cron.last_due(first.parse().unwrap(), now.parse().unwrap()).unwrap();
            assert_eq!(found.to_string(), last, "{fields}");
        }
    }

    #[test]
    fn a_time_in_the_spring_gap_runs_once_behind_it() {
        let expected = ["2026-03-28T01:30:00Z", "2026-03-29T01:30:00Z", "2026-03-30T00:30:00Z"];
        assert_eq!(times("30 2 * * *", "Europe/Berlin", "2026-03-27T12:00:00Z", 3), expected);
        // Also when the question is asked between the jump and the shifted time.
        assert_eq!(times("30 2 * * *", "Europe/Berlin", "2026-03-29T01:10:00Z", 1), ["2026-03-29T01:30:00Z"]);
    }

    #[test]
    fn a_doubled_time_in_autumn_runs_once_at_its_first() {
        let expected = ["2026-10-24T00:30:00Z", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z"];
        assert_eq!(times("30 2 * * *", "Europe/Berlin", "2026-10-23T12:00:00Z", 3), expected);
        // Also when the question is asked within the second of the doubled hours.
        assert_eq!(times("30 2 * * *", "Europe/Berlin", "2026-10-25T01:10:00Z", 1), ["2026-10-26T01:30:00Z"]);
    }

    #[test]
    fn every_hour_means_every_real_hour() {
        assert_eq!(
            times("0 * * * *", "Europe/Berlin", "2026-10-24T23:30:00Z", 4),
            ["2026-10-25T00:00:00Z", "2026-10-25T01:00:00Z", "2026-10-25T02:00:00Z", "2026-10-25T03:00:00Z"]
        );
        assert_eq!(
            times("*/30 * * * *", "Europe/Berlin", "2026-03-29T00:15:00Z", 3),
            ["2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"]
        );
    }

    #[test]
    fn zones_off_by_half_an_hour_are_met() {
        assert_eq!(times("0 9 * * *", "Asia/Kolkata", "2026-01-01T00:00:00Z", 1), ["2026-01-01T03:30:00Z"]);
        assert_eq!(times("15 * * * *", "Asia/Kathmandu", "2026-01-01T00:00:00Z", 1), ["2026-01-01T00:30:00Z"]);
    }

    #[test]
    fn a_clock_that_jumps_by_half_an_hour_neither_hangs_nor_repeats() {
        // Lord Howe: on 5 April 2026 at 02:00 the clock goes back to 01:30.
        let expected = ["2026-04-04T14:45:00Z", "2026-04-05T15:15:00Z"];
        assert_eq!(times("45 1 * * *", "Australia/Lord_Howe", "2026-04-04T12:00:00Z", 2), expected);
        assert_eq!(
            times("45 * * * *", "Australia/Lord_Howe", "2026-04-04T14:00:00Z", 3),
            ["2026-04-04T14:45:00Z", "2026-04-04T15:15:00Z", "2026-04-04T16:15:00Z"]
        );
        assert_eq!(times("0 5 * * *", "Australia/Lord_Howe", "2026-04-04T15:10:00Z", 1), ["2026-04-04T18:30:00Z"]);
    }

    #[test]
    fn weekdays_and_leap_days_are_met() {
        assert_eq!(times("0 8 * * 1", "UTC", "2026-11-10T00:00:00Z", 1), ["2026-11-16T08:00:00Z"]);
        assert_eq!(times("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", 1), ["2028-02-29T00:00:00Z"]);
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for fields in ["", "* * * *", "60 * * * *", "0 9 * * * *", "0 9 * * * UTC", "@daily", "x 9 * * *"] {
            assert!(Cron::parse(fields, "UTC").is_err(), "{fields:?}");
        }
        assert!(Cron::parse("0 9 * * *", "Mars/Olympus").is_err());
        let never = Cron::parse("0 0 30 2 *", "UTC").unwrap();
        assert!(never.next_after(Timestamp::UNIX_EPOCH).is_err());
    }
}
