//! Which rows a unit's plugin changed, for the record of who did what.

/// Rows that are remembered of one unit; whoever changes more is not told them all.
const REMEMBERED: usize = 64;

/// What a unit wrote. A row that one statement changed and then gave up again is still in it.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    any: bool,
    rows: Vec<(Box<str>, i64)>,
    more: bool,
}

impl Changes {
    /// True when no row of any table was written, the host's included.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.any
    }

    /// True when the plugin changed more rows than are remembered.
    #[must_use]
    pub fn has_more(&self) -> bool {
        self.more
    }

    /// The rows of a table that the plugin itself inserted, changed or deleted, in that order.
    pub fn rows_of(&self, table: &str) -> impl Iterator<Item = i64> {
        self.rows.iter().filter(move |(known, _)| known.eq_ignore_ascii_case(table)).map(|(_, row)| *row)
    }

    /// Adds those of a later unit of the same call.
    pub fn add(&mut self, later: Self) {
        self.any |= later.any;
        self.more |= later.more;
        for (table, row) in later.rows {
            self.note_row(&table, row);
        }
    }

    pub(super) fn note(&mut self) {
        self.any = true;
    }

    pub(super) fn note_row(&mut self, table: &str, row: i64) {
        if self.rows.iter().any(|(known, other)| *other == row && **known == *table) {
            return;
        }
        match self.rows.len() < REMEMBERED {
            true => self.rows.push((table.into(), row)),
            false => self.more = true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_remembered_once_and_only_so_many_are() {
        let mut changes = Changes::default();
        assert!(changes.is_empty());
        changes.note();
        (0..100).chain(0..10).for_each(|row| changes.note_row("seats", row));
        changes.note_row("guests", 1);
        assert_eq!(changes.rows_of("Seats").collect::<Vec<_>>(), (0..64).collect::<Vec<_>>());
        assert!(changes.has_more() && !changes.is_empty() && changes.rows_of("guests").next().is_none());
    }
}
