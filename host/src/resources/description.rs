//! Is a description sound in itself? Asked before anything is built from it, because its names become SQL.

use std::collections::BTreeSet;

use magnetiq_contract::describe::{Audience, Field, FieldKind, Resource};
use magnetiq_contract::names::{is_kebab, is_snake, table_prefix};

use super::condition;
use super::value;
use crate::store::Owner;

/// Names that every row or list has already.
const RESERVED: [&str; 9] = ["id", "created_at", "updated_at", "deleted_at", "page", "per_page", "sort", "q", "trash"];

/// A sentence for every fault.
#[must_use]
pub fn faults(owner: &Owner, resource: &Resource, resources: &[Resource]) -> Vec<String> {
    let mut faults = Vec::new();
    names(owner, resource, &mut faults);
    for field in &resource.fields {
        field_faults(resource, field, resources, &mut faults);
    }
    pointers(resource, &mut faults);
    for action in &resource.actions {
        let meant = action.tells.as_ref().filter(|audience| !can_be_counted(audience, resource, resources));
        faults.extend(meant.map(|_| format!("{}: nobody can count whom {} tells.", resource.name, action.name)));
    }
    for described in resource.public_rows.iter().flatten() {
        faults.extend(condition::prepare(resource, described).err());
    }
    faults
}

/// Can a list be filtered by what the audience names?
fn can_be_counted(audience: &Audience, told_of: &Resource, resources: &[Resource]) -> bool {
    let Some(told) = resources.iter().find(|resource| resource.name == audience.resource) else { return false };
    let filter = |name: &str| told.fields.iter().find(|field| field.name == name && field.filter);
    let points = filter(&audience.reference).is_some_and(|field| field.references.as_ref() == Some(&told_of.name));
    let allows = |value: &String| {
        filter(&audience.field).is_some_and(|field| field.choices.iter().any(|choice| choice.value == *value))
    };
    points && !audience.values.is_empty() && audience.values.iter().all(allows)
}

fn names(owner: &Owner, resource: &Resource, faults: &mut Vec<String>) {
    let name = &resource.name;
    if !is_kebab(name) {
        faults.push(format!("The resource name {name:?} is not kebab-case."));
    }
    if !is_snake(&resource.table) {
        faults.push(format!("{name}: the table name {:?} is not snake_case.", resource.table));
    }
    if let Owner::Plugin(id) = owner
        && !resource.table.starts_with(&table_prefix(id))
    {
        faults.push(format!("{name}: the table {} does not start with {}.", resource.table, table_prefix(id)));
    }
    let mut seen = BTreeSet::new();
    for field in &resource.fields {
        if !is_snake(&field.name) {
            faults.push(format!("{name}: the field name {:?} is not snake_case.", field.name));
        }
        if RESERVED.contains(&field.name.as_str()) {
            faults.push(format!("{name}: the field name {} is taken by the host.", field.name));
        }
        if let Some(pointer) = resource.fields.iter().find(|pointer| is_title_of(pointer, &field.name)) {
            faults.push(format!("{name}: the field name {} is taken by the title of {}.", field.name, pointer.name));
        }
        if !seen.insert(field.name.as_str()) {
            faults.push(format!("{name}: the field {} is described twice.", field.name));
        }
    }
}

fn field_faults(resource: &Resource, field: &Field, resources: &[Resource], faults: &mut Vec<String>) {
    let place = format!("{}.{}", resource.name, field.name);
    if field.kind == FieldKind::Choice && field.choices.is_empty() {
        faults.push(format!("{place}: a choice needs choices."));
    }
    if field.kind == FieldKind::Reference {
        match &field.references {
            None => faults.push(format!("{place}: a reference needs the resource that it points to.")),
            Some(target) if !resources.iter().any(|known| known.name == *target) => {
                faults.push(format!("{place}: it points to {target}, which is not described."));
            }
            Some(_) => {}
        }
    }
    if field.filter && matches!(field.kind, FieldKind::Localized | FieldKind::LocalizedLong | FieldKind::Json) {
        faults.push(format!("{place}: localized text and JSON cannot be filtered; use search."));
    }
    if field.sort && field.kind == FieldKind::Json {
        faults.push(format!("{place}: JSON cannot be sorted."));
    }
    if field.search && !is_searchable(field.kind) {
        faults.push(format!("{place}: only text and people can be searched."));
    }
    if value::from_json(field, &field.default).is_err() {
        faults.push(format!("{place}: the default does not fit the field."));
    }
}

/// Names in the description that must be those of fields.
fn pointers(resource: &Resource, faults: &mut Vec<String>) {
    let name = &resource.name;
    let find = |wanted: &str| resource.fields.iter().find(|field| field.name == wanted);
    if !resource.title_field.is_empty() && find(&resource.title_field).is_none() {
        faults.push(format!("{name}: the title field {} is not described.", resource.title_field));
    }
    let sort = resource.sort.strip_prefix('-').unwrap_or(&resource.sort);
    if !(sort.is_empty()
        || RESERVED[..3].contains(&sort)
        || find(sort).is_some_and(|field| field.kind != FieldKind::Json))
    {
        faults.push(format!("{name}: the default order names {sort}, which is no sortable field."));
    }
    for field in &resource.fields {
        if let Some(zone) = &field.zone_field
            && find(zone).is_none_or(|target| target.kind != FieldKind::TimeZone)
        {
            faults.push(format!("{name}.{}: the zone field {zone} is not a described time zone.", field.name));
        }
    }
}

/// Kinds that `?q=` may look into.
#[must_use]
pub fn is_searchable(kind: FieldKind) -> bool {
    matches!(
        kind,
        FieldKind::Text
            | FieldKind::LongText
            | FieldKind::Localized
            | FieldKind::LocalizedLong
            | FieldKind::Slug
            | FieldKind::Email
            | FieldKind::Url
            | FieldKind::Choice
            | FieldKind::Person
    )
}

/// Whether `name` is a value that rows show beside the id in `pointer`.
fn is_title_of(pointer: &Field, name: &str) -> bool {
    let suffix = name.strip_prefix(&pointer.name);
    match pointer.kind {
        FieldKind::Reference => suffix.is_some_and(|rest| rest.starts_with('_') && rest.ends_with("_title")),
        FieldKind::Person => matches!(suffix, Some("_title" | "_email")),
        _ => false,
    }
}
