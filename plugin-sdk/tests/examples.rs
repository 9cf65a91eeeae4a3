//! Whoever looks up a name of this crate finds an example of it, which `cargo test` compiles.

#![expect(clippy::unwrap_used, reason = "tests say what is wrong by failing")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use syn::{Attribute, Expr, ImplItem, Item, Lit, Meta, TraitItem, UseTree, Visibility};

/// Files whose public items others can use as they stand; those of others are named by a `pub use`.
const PLACES: [&str; 2] = ["src/lib.rs", "src/testing/mod.rs"];

/// Public items and what their documentation shows.
#[derive(Default)]
struct Crate {
    items: Vec<Documented>,
    methods: Vec<Method>,
}

struct Documented {
    name: String,
    examples: String,
}

/// A function of a type; also those of a trait that others call.
struct Method {
    owner: String,
    name: String,
    examples: String,
}

#[test]
fn every_public_item_has_an_example() {
    let (sources, exported) = read();
    let missing: Vec<_> = sources
        .items
        .iter()
        .filter(|item| exported.contains(&item.name) && item.examples.is_empty())
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(missing, [""; 0], "these have no example");
}

#[test]
fn every_public_method_stands_in_an_example_of_its_own_or_of_its_type() {
    let (sources, exported) = read();
    let shown = |method: &Method| {
        let of_type = sources.items.iter().filter(|item| item.name == method.owner).map(|item| item.examples.as_str());
        of_type.chain([method.examples.as_str()]).any(|example| is_called(&method.name, example))
    };
    let missing: Vec<_> = sources
        .methods
        .iter()
        .filter(|method| exported.contains(&method.owner) && !shown(method))
        .map(|method| format!("{}::{}", method.owner, method.name))
        .collect();
    assert_eq!(missing, [""; 0], "no example calls these");
}

/// What the sources say, and which names others can use: those of `pub use` and of [`PLACES`].
fn read() -> (Crate, BTreeSet<String>) {
    let (mut sources, mut exported) = (Crate::default(), BTreeSet::new());
    read_folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut sources, &mut exported);
    assert!(sources.items.len() > 40 && exported.len() > 40, "the sources were not found");
    (sources, exported)
}

fn read_folder(folder: &Path, sources: &mut Crate, exported: &mut BTreeSet<String>) {
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            read_folder(&entry, sources, exported);
        } else {
            let file = syn::parse_file(&fs::read_to_string(&entry).unwrap()).unwrap();
            let known = sources.items.len();
            file.items.iter().for_each(|item| sources.take(item, exported));
            if PLACES.iter().any(|place| entry.ends_with(place)) {
                exported.extend(sources.items[known..].iter().map(|item| item.name.clone()));
            }
        }
    }
}

impl Crate {
    fn take(&mut self, item: &Item, exported: &mut BTreeSet<String>) {
        match item {
            Item::Use(item) if is_open(&item.vis, &item.attrs) => names(&item.tree, exported),
            Item::Struct(item) if is_open(&item.vis, &item.attrs) => self.add(&item.ident, &item.attrs),
            Item::Enum(item) if is_open(&item.vis, &item.attrs) => self.add(&item.ident, &item.attrs),
            Item::Fn(item) if is_open(&item.vis, &item.attrs) => self.add(&item.sig.ident, &item.attrs),
            Item::Macro(item) if is_macro_of_all(&item.attrs) => {
                let name = item.ident.as_ref().unwrap();
                exported.insert(name.to_string());
                self.add(name, &item.attrs);
            }
            Item::Trait(item) if is_open(&item.vis, &item.attrs) => {
                self.add(&item.ident, &item.attrs);
                self.methods.extend(item.items.iter().filter_map(|each| called(&item.ident, each)));
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let owner = owner(&item.self_ty);
                self.methods.extend(item.items.iter().filter_map(|each| method(&owner, each)));
            }
            _ => {}
        }
    }

    fn add(&mut self, name: &syn::Ident, attributes: &[Attribute]) {
        self.items.push(Documented { name: name.to_string(), examples: examples(attributes) });
    }
}

fn method(owner: &str, item: &ImplItem) -> Option<Method> {
    let ImplItem::Fn(function) = item else { return None };
    let open = is_open(&function.vis, &function.attrs);
    let (name, examples) = (function.sig.ident.to_string(), examples(&function.attrs));
    open.then(|| Method { owner: owner.into(), name, examples })
}

/// What a trait offers to be called: a method with a body of its own.
fn called(owner: &syn::Ident, item: &TraitItem) -> Option<Method> {
    let TraitItem::Fn(function) = item else { return None };
    let offered = function.default.is_some() && !is_hidden(&function.attrs);
    let (name, examples) = (function.sig.ident.to_string(), examples(&function.attrs));
    offered.then(|| Method { owner: owner.to_string(), name, examples })
}

fn owner(of: &syn::Type) -> String {
    let syn::Type::Path(path) = of else { return String::new() };
    path.path.segments.last().map(|segment| segment.ident.to_string()).unwrap_or_default()
}

fn names(tree: &UseTree, exported: &mut BTreeSet<String>) {
    match tree {
        UseTree::Path(path) => names(&path.tree, exported),
        UseTree::Group(group) => group.items.iter().for_each(|each| names(each, exported)),
        UseTree::Name(name) => drop(exported.insert(name.ident.to_string())),
        UseTree::Rename(rename) => drop(exported.insert(rename.ident.to_string())),
        UseTree::Glob(_) => {}
    }
}

fn is_open(visibility: &Visibility, attributes: &[Attribute]) -> bool {
    matches!(visibility, Visibility::Public(_)) && !is_hidden(attributes)
}

fn is_macro_of_all(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| attribute.path().is_ident("macro_export")) && !is_hidden(attributes)
}

fn is_hidden(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("doc")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "hidden")
    })
}

/// The lines of an item's documentation that are code which is compiled.
fn examples(attributes: &[Attribute]) -> String {
    let mut code = None;
    let mut found = String::new();
    for line in attributes.iter().filter_map(line) {
        match (line.trim().strip_prefix("```"), code) {
            (Some(kind), None) => code = Some(matches!(kind, "" | "no_run" | "compile_fail")),
            (Some(_), Some(_)) => code = None,
            (None, Some(true)) => found.push_str(&line),
            _ => {}
        }
    }
    found
}

fn line(attribute: &Attribute) -> Option<String> {
    let Meta::NameValue(pair) = &attribute.meta else { return None };
    let Expr::Lit(expression) = &pair.value else { return None };
    let Lit::Str(text) = &expression.lit else { return None };
    pair.path.is_ident("doc").then(|| text.value() + "\n")
}

/// `.name(` or `::name(`, also as a path: `Span::minutes`.
fn is_called(name: &str, example: &str) -> bool {
    let ends = |rest: &str| !rest.starts_with(|next: char| next.is_alphanumeric() || next == '_');
    [format!(".{name}"), format!("::{name}")]
        .iter()
        .any(|call| example.match_indices(call).any(|(place, _)| ends(&example[place + call.len()..])))
}
