//! `derive(Choice)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Data, DeriveInput, Fields, Variant};

use crate::attributes::{each, empty, snake, text};

pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let Data::Enum(data) = &input.data else {
        return Err(syn::Error::new(input.ident.span(), "expected an enum"));
    };
    let ident = &input.ident;
    let variants: Vec<_> = data.variants.iter().map(|variant| &variant.ident).collect();
    let values: Vec<_> = variants.iter().map(|variant| snake(&variant.to_string())).collect();
    let described = data.variants.iter().map(described).collect::<syn::Result<Vec<_>>>()?;
    if variants.is_empty() {
        return Err(syn::Error::new(ident.span(), "expected at least one variant"));
    }
    Ok(quote! {
        impl ::magnetiq_sdk::Choice for #ident {
            const ALL: &'static [Self] = &[#(Self::#variants),*];
            const VALUES: &'static [&'static str] = &[#(#values),*];

            fn as_str(&self) -> &'static str {
                match self { #(Self::#variants => #values),* }
            }

            fn described() -> ::std::vec::Vec<::magnetiq_sdk::contract::describe::Choice> {
                vec![#(#described),*]
            }
        }

        ::magnetiq_sdk::__choice!(#ident);
    })
}

fn described(variant: &Variant) -> syn::Result<TokenStream> {
    if !matches!(variant.fields, Fields::Unit) {
        return Err(syn::Error::new(variant.ident.span(), "a choice has no fields"));
    }
    let (mut en, mut de, mut read_only) = (None, empty(), false);
    each(&variant.attrs, "choice", |meta| {
        if meta.path.is_ident("en") {
            en = Some(text(&meta)?);
        } else if meta.path.is_ident("de") {
            de = text(&meta)?;
        } else if meta.path.is_ident("read_only") {
            read_only = true;
        } else {
            return Err(meta.error("expected `en`, `de` or `read_only`"));
        }
        Ok(())
    })?;
    let en = en.map_or_else(|| variant.ident.to_string(), |en| en.value());
    let value = snake(&variant.ident.to_string());
    Ok(quote!(::magnetiq_sdk::contract::describe::Choice {
        value: #value.into(),
        label: ::magnetiq_sdk::contract::text::Text::new(#en, #de),
        read_only: #read_only,
    }))
}
