//! `derive(Row)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;
use syn::ext::IdentExt;

use crate::attributes::fields;

pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let (generics, types, bounds) = input.generics.split_for_impl();
    let columns = fields(input)?.into_iter().map(|field| {
        let column = field.ident.as_ref().map(|ident| ident.unraw().to_string());
        let ident = &field.ident;
        quote!(#ident: row.get(#column)?)
    });
    Ok(quote! {
        impl #generics ::magnetiq_sdk::Row for #name #types #bounds {
            fn read(row: &::magnetiq_sdk::Columns<'_>) -> ::magnetiq_sdk::Result<Self> {
                Ok(Self { #(#columns),* })
            }
        }
    })
}
