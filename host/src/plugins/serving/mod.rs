//! Requests that plugins answer: routes on the API, pages and forms on the site, blocks, described resources.
//!
//! `dispatch` finds the plugin; `api` and `pages` do what belongs to each side.

pub(in crate::plugins) mod api;
pub(in crate::plugins) mod blocks;
pub(in crate::plugins) mod dispatch;
pub(in crate::plugins) mod drawing;
pub(in crate::plugins) mod forms;
pub(in crate::plugins) mod hooks;
pub(in crate::plugins) mod pages;
pub(in crate::plugins) mod resource;
pub(in crate::plugins) mod routes_table;
pub(in crate::plugins) mod trail;
