//! Derives of the plugin SDK. Each error points at the attribute that is wrong.

mod attributes;
mod choice;
mod field;
mod form;
mod job;
mod resource;
mod row;

use proc_macro::TokenStream;
use syn::{DeriveInput, parse_macro_input};

/// Reads a struct from the columns of a row by their names.
#[proc_macro_derive(Row, attributes(field))]
pub fn derive_row(input: TokenStream) -> TokenStream {
    expand(row::derive, &parse_macro_input!(input as DeriveInput))
}

/// Describes a table that the host runs. Fields take `#[field(en = "…", de = "…", …)]`, the struct takes
/// `#[resource(table = "…", en = "…", de = "…", en_plural = "…", de_plural = "…", …)]`.
#[proc_macro_derive(Resource, attributes(resource, field))]
pub fn derive_resource(input: TokenStream) -> TokenStream {
    expand(resource::derive, &parse_macro_input!(input as DeriveInput))
}

/// Reads a body or a block's props: JSON and HTML forms alike, with every fault of every field at once.
#[proc_macro_derive(Form, attributes(field))]
pub fn derive_form(input: TokenStream) -> TokenStream {
    expand(form::derive, &parse_macro_input!(input as DeriveInput))
}

/// Stores an enum without fields as text in snake case. Variants take `#[choice(en = "…", de = "…")]`.
#[proc_macro_derive(Choice, attributes(choice))]
pub fn derive_choice(input: TokenStream) -> TokenStream {
    expand(choice::derive, &parse_macro_input!(input as DeriveInput))
}

/// Names a kind of job. The struct may take `#[job(name = "…", attempts = 8)]`.
#[proc_macro_derive(Job, attributes(job))]
pub fn derive_job(input: TokenStream) -> TokenStream {
    expand(job::derive, &parse_macro_input!(input as DeriveInput))
}

fn expand(derive: fn(&DeriveInput) -> syn::Result<proc_macro2::TokenStream>, input: &DeriveInput) -> TokenStream {
    derive(input).unwrap_or_else(|error| error.to_compile_error()).into()
}
