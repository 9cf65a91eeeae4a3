//! Migrations of plugins only expand: what a version before needs stays, so that an admin may go back to it.

use super::tokens::{Token, statements, tokens};

/// A statement of a migration that takes something away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contraction {
    /// Its line in the file, from 1.
    pub line: usize,
    /// What it does, as `DROP COLUMN`.
    pub deed: &'static str,
}

/// Statements of a migration after which the version before could not run.
#[must_use]
pub fn contractions(sql: &str) -> Vec<Contraction> {
    statements(sql)
        .into_iter()
        .filter_map(|statement| {
            let words = tokens(statement);
            let start = statement.as_ptr() as usize - sql.as_ptr() as usize + words.first()?.start;
            let line = sql[..start].matches('\n').count() + 1;
            Some(Contraction { line, deed: deed(&words)? })
        })
        .collect()
}

fn deed(words: &[Token<'_>]) -> Option<&'static str> {
    let [first, second, rest @ ..] = words else { return None };
    if !second.is("TABLE") {
        return None;
    }
    if first.is("DROP") {
        return Some("DROP TABLE");
    }
    let deeds = if rest.get(1)?.is(".") { rest.get(3..)? } else { rest.get(1..)? };
    match deeds {
        [drop, ..] if drop.is("DROP") => Some("DROP COLUMN"),
        [rename, to, ..] if rename.is("RENAME") && to.is("TO") => Some("RENAME TO"),
        [rename, ..] if rename.is("RENAME") => Some("RENAME COLUMN"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_away_a_table_or_a_column_or_its_name_is_found_with_its_line() {
        let sql = "-- DROP TABLE a;\nCREATE TABLE \"drop\" (rename TEXT);\n\nALTER TABLE\n  \"drop\" RENAME rename TO b;\n\
                   /* it; */ alter table main.\"drop\" drop c; ALTER TABLE a RENAME TO b;\nDROP TABLE IF EXISTS b;";
        let found: Vec<_> = contractions(sql).into_iter().map(|found| (found.line, found.deed)).collect();
        assert_eq!(found, [(4, "RENAME COLUMN"), (6, "DROP COLUMN"), (6, "RENAME TO"), (7, "DROP TABLE")]);
    }

    #[test]
    fn what_adds_or_changes_rows_is_no_contraction() {
        let sql = "ALTER TABLE a ADD COLUMN \"drop\" TEXT; ALTER TABLE \"RENAME\" ADD drop_at TEXT; CREATE INDEX b ON a (c);\
                   DELETE FROM a; UPDATE a SET b = 'DROP TABLE a'; DROP";
        assert_eq!(contractions(sql), []);
    }
}
