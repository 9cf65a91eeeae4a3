//! `derive(Form)`.

use proc_macro2::TokenStream;
use quote::quote;
use syn::DeriveInput;

use crate::attributes::fields;
use crate::field::Described;

pub fn derive(input: &DeriveInput) -> syn::Result<TokenStream> {
    let name = &input.ident;
    let fields = fields(input)?.into_iter().map(Described::read).collect::<syn::Result<Vec<_>>>()?;
    let idents: Vec<_> = fields.iter().map(|field| field.ident).collect();
    let reads = fields.iter().map(read);
    let names = fields.iter().map(|field| &field.name);
    let of = quote!(::magnetiq_sdk::FormField);
    let descriptions = fields.iter().map(|field| field.description(&of));
    let schemas = fields.iter().map(|field| {
        let (name, ty, rules) = (&field.name, field.ty, field.rules());
        quote!((#name, <#ty as ::magnetiq_sdk::FormField>::schema(&#rules), #rules.required))
    });
    Ok(quote! {
        impl ::magnetiq_sdk::Form for #name {
            const NAMES: &'static [&'static str] = &[#(#names),*];

            fn read_fields(input: &mut ::magnetiq_sdk::Input<'_>) -> Option<Self> {
                #(let #idents = #reads;)*
                Some(Self { #(#idents: #idents?),* })
            }

            fn fields() -> ::std::vec::Vec<::magnetiq_sdk::contract::describe::Field> {
                vec![#(#descriptions),*]
            }

            fn schemas() -> ::std::vec::Vec<(&'static str, ::magnetiq_sdk::serde_json::Value, bool)> {
                vec![#(#schemas),*]
            }
        }

        ::magnetiq_sdk::__form!(#name);
    })
}

fn read(field: &Described<'_>) -> TokenStream {
    let (name, ty, rules) = (&field.name, field.ty, field.rules());
    match &field.default {
        Some(default) => quote! {
            match input.field::<Option<#ty>>(#name, &#rules) {
                Some(None) => Some(#default.into()),
                Some(value) => value,
                None => None,
            }
        },
        None => quote!(input.field::<#ty>(#name, &#rules)),
    }
}
