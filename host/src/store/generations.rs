//! A number per table that grows with every committed change, so that what was read can be known to be current.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::RwLock;
use tokio::sync::Notify;

/// Some of the database's tables.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TableSet {
    bits: Vec<u64>,
    everything: bool,
    volatile: bool,
}

/// A table's place in a [`TableSet`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TableId(usize);

impl TableSet {
    /// All tables, known or not: what is right when it is unknown what was read.
    #[must_use]
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// Adds all of `other`.
    pub fn add(&mut self, other: &Self) {
        self.everything |= other.everything;
        self.volatile |= other.volatile;
        self.reach(other.bits.len());
        for (own, theirs) in self.bits.iter_mut().zip(&other.bits) {
            *own |= theirs;
        }
    }

    /// True when no table is in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        !self.everything && self.bits.iter().all(|word| *word == 0)
    }

    /// True when it stands for all tables.
    #[must_use]
    pub fn is_everything(&self) -> bool {
        self.everything
    }

    /// True when a statement also asked for the time or for chance, so that its rows alone do not tell its result.
    #[must_use]
    pub fn is_volatile(&self) -> bool {
        self.volatile
    }

    pub(super) fn set_volatile(&mut self) {
        self.volatile = true;
    }

    pub(super) fn insert(&mut self, TableId(place): TableId) {
        self.reach(place / 64 + 1);
        self.bits[place / 64] |= 1 << (place % 64);
    }

    pub(super) fn clear(&mut self) {
        self.bits.clear();
        (self.everything, self.volatile) = (false, false);
    }

    fn reach(&mut self, words: usize) {
        if self.bits.len() < words {
            self.bits.resize(words, 0);
        }
    }

    fn has(&self, place: usize) -> bool {
        self.bits.get(place / 64).is_some_and(|word| word >> (place % 64) & 1 == 1)
    }

    fn places(&self) -> impl Iterator<Item = usize> {
        let words = self.bits.iter().enumerate();
        words.flat_map(|(word, bits)| (0..64).filter(move |bit| bits >> bit & 1 == 1).map(move |bit| word * 64 + bit))
    }
}

/// The generations of all tables at one moment.
#[derive(Clone, Debug)]
pub struct Marks {
    counts: Vec<u64>,
    all: u64,
}

impl Marks {
    /// These tables as they were at that moment.
    #[must_use]
    pub fn of(&self, tables: &TableSet) -> Seen {
        // A table that was first named later had no change before.
        let count = |place: usize| self.counts.get(place).copied().unwrap_or_default();
        let generations = if tables.everything { vec![self.all] } else { tables.places().map(count).collect() };
        Seen(vec![(tables.clone(), generations)])
    }
}

/// Tables, each with the generation in which it was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen(Vec<(TableSet, Vec<u64>)>);

impl Seen {
    /// Adds all of `other`.
    pub fn add(&mut self, other: &Self) {
        self.0.extend(other.0.iter().cloned());
    }

    /// True when a statement also asked for the time or for chance.
    #[must_use]
    pub fn is_volatile(&self) -> bool {
        self.0.iter().any(|(tables, _)| tables.volatile)
    }
}

/// The generations of all tables that were ever named.
#[derive(Debug, Default)]
pub(super) struct Generations {
    places: RwLock<HashMap<Arc<str>, TableId>>,
    counts: RwLock<Vec<AtomicU64>>,
    all: AtomicU64,
    changed: Notify,
}

impl Generations {
    /// The place of a table, given by its lower-case name; new names get one.
    pub(super) fn place(&self, table: &str) -> TableId {
        if let Some(place) = self.places.read().get(table) {
            return *place;
        }
        let mut places = self.places.write();
        let mut counts = self.counts.write();
        *places.entry(table.into()).or_insert_with(|| {
            counts.push(AtomicU64::new(0));
            TableId(counts.len() - 1)
        })
    }

    /// Counts a committed change of these tables.
    pub(super) fn bump(&self, tables: &TableSet) {
        if tables.is_empty() {
            return;
        }
        let counts = self.counts.read();
        let changed = |place: &usize| tables.everything || tables.has(*place);
        for place in (0..counts.len()).filter(changed) {
            counts[place].fetch_add(1, Ordering::SeqCst);
        }
        self.all.fetch_add(1, Ordering::SeqCst);
        self.changed.notify_waiters();
    }

    /// Waits until these tables have other generations than `known`.
    pub(super) async fn changed(&self, tables: &TableSet, known: &[u64]) {
        loop {
            // Registered before looking, so that a change in between is not slept over.
            let changed = self.changed.notified();
            if self.of(tables) != known {
                return;
            }
            changed.await;
        }
    }

    /// All generations now.
    pub(super) fn marks(&self) -> Marks {
        // Before the counts, so that a change between the two is not missed.
        let all = self.all.load(Ordering::SeqCst);
        Marks { counts: self.counts.read().iter().map(|count| count.load(Ordering::SeqCst)).collect(), all }
    }

    /// True as long as none of these tables was changed.
    pub(super) fn hold(&self, seen: &Seen) -> bool {
        seen.0.iter().all(|(tables, generations)| self.of(tables) == *generations)
    }

    /// The generations of these tables in a fixed order; of everything, the one count of all changes.
    pub(super) fn of(&self, tables: &TableSet) -> Vec<u64> {
        if tables.everything {
            return vec![self.all.load(Ordering::SeqCst)];
        }
        let counts = self.counts.read();
        tables.places().filter_map(|place| counts.get(place)).map(|count| count.load(Ordering::SeqCst)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(generations: &Generations, names: &[&str]) -> TableSet {
        let mut tables = TableSet::default();
        names.iter().for_each(|name| tables.insert(generations.place(name)));
        tables
    }

    #[test]
    fn what_was_seen_holds_until_one_of_its_tables_changes_even_one_first_named_later() {
        let generations = Generations::default();
        let early = set(&generations, &["pages"]);
        let marks = generations.marks();
        let late = set(&generations, &["talks"]);
        let mut seen = marks.of(&early);
        seen.add(&marks.of(&late));
        let everything = marks.of(&TableSet::everything());
        generations.bump(&set(&generations, &["mail"]));
        assert!(generations.hold(&seen) && !generations.hold(&everything));
        generations.bump(&late);
        assert!(!generations.hold(&seen) && generations.hold(&marks.of(&early)));
    }

    #[test]
    fn a_change_of_one_table_leaves_the_others_current() {
        let generations = Generations::default();
        let read = set(&generations, &["pages", "settings"]);
        let before = generations.of(&read);
        generations.bump(&set(&generations, &["mail"]));
        assert_eq!(generations.of(&read), before);
        generations.bump(&set(&generations, &["settings"]));
        assert_ne!(generations.of(&read), before);
    }

    #[test]
    fn whoever_read_everything_is_outdated_by_any_change() {
        let generations = Generations::default();
        let before = generations.of(&TableSet::everything());
        generations.bump(&TableSet::default());
        assert_eq!(generations.of(&TableSet::everything()), before);
        generations.bump(&set(&generations, &["mail"]));
        assert_ne!(generations.of(&TableSet::everything()), before);
    }

    #[test]
    fn sets_join_beyond_their_first_word() {
        let generations = Generations::default();
        let names: Vec<String> = (0..130).map(|number| format!("t{number}")).collect();
        let mut tables = set(&generations, &[]);
        for name in &names {
            tables.add(&set(&generations, &[name]));
        }
        assert_eq!(generations.of(&tables).len(), 130);
    }
}
