//! `derive(Job)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{DeriveInput, LitInt, LitStr};

use crate::attributes::{each, snake, text};

pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let ident = &input.ident;
    let mut name = LitStr::new(&snake(&ident.to_string()), ident.span());
    let mut attempts: u32 = 8;
    each(&input.attrs, "job", |meta| {
        if meta.path.is_ident("name") {
            name = text(&meta)?;
        } else if meta.path.is_ident("attempts") {
            attempts = meta.value()?.parse::<LitInt>()?.base10_parse()?;
        } else {
            return Err(meta.error("expected `name` or `attempts`"));
        }
        Ok(())
    })?;
    Ok(quote! {
        impl ::magnetiq_sdk::Job for #ident {
            const NAME: &'static str = #name;
            const ATTEMPTS: u32 = #attempts;
        }
    })
}
