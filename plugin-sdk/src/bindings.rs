//! The border to the host, generated from `wit/`.

wit_bindgen::generate!({
    world: "guest",
    path: "wit",
    pub_export_macro: true,
    export_macro_name: "__export_guest",
    default_bindings_module: "magnetiq_sdk::bindings",
});

/// The border of plugins that offer blocks.
pub mod blocks {
    wit_bindgen::generate!({
        world: "guest-blocks",
        path: "wit",
        pub_export_macro: true,
        export_macro_name: "__export_guest_blocks",
        default_bindings_module: "magnetiq_sdk::bindings::blocks",
    });
}
