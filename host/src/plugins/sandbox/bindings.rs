//! The border in Rust: made from `plugin-sdk/wit`, the one copy of the contract.

/// Everything that a component may import.
pub(in crate::plugins) mod imports {
    wasmtime::component::bindgen!({
        path: "../plugin-sdk/wit",
        inline: "
            package magnetiq:runtime;
            world imports {
                import magnetiq:plugin/log@0.1.0;
                import magnetiq:plugin/clock@0.1.0;
                import magnetiq:plugin/random@0.1.0;
                import magnetiq:plugin/context@0.1.0;
                import magnetiq:plugin/db@0.1.0;
                import magnetiq:plugin/people@0.1.0;
                import magnetiq:plugin/mail@0.1.0;
                import magnetiq:plugin/jobs@0.1.0;
                import magnetiq:plugin/events@0.1.0;
                import magnetiq:plugin/http@0.1.0;
                import magnetiq:plugin/crypto@0.1.0;
                import magnetiq:plugin/settings@0.1.0;
                import magnetiq:plugin/view@0.1.0;
            }
        ",
        world: "magnetiq:runtime/imports",
        imports: {
            "magnetiq:plugin/log": trappable,
            "magnetiq:plugin/clock": trappable,
            "magnetiq:plugin/random": trappable,
            "magnetiq:plugin/context": trappable,
            "magnetiq:plugin/settings": trappable,
            "magnetiq:plugin/view": trappable,
            "magnetiq:plugin/crypto": trappable,
            default: async | trappable,
        },
    });
}

/// What a component may export; each world is looked for on its own.
pub(in crate::plugins) mod exports {
    /// What the plugin does.
    pub mod describe {
        wasmtime::component::bindgen!({
            path: "../plugin-sdk/wit",
            inline: "package magnetiq:runtime; world describing { export magnetiq:plugin/describe@0.1.0; }",
            world: "magnetiq:runtime/describing",
            exports: { default: async },
        });
    }

    /// Requests.
    pub mod serve {
        wasmtime::component::bindgen!({
            path: "../plugin-sdk/wit",
            inline: "package magnetiq:runtime; world serving { export magnetiq:plugin/serve@0.1.0; }",
            world: "magnetiq:runtime/serving",
            exports: { default: async },
        });
    }

    /// Schedules, jobs, events, hooks.
    pub mod run {
        wasmtime::component::bindgen!({
            path: "../plugin-sdk/wit",
            inline: "package magnetiq:runtime; world running { export magnetiq:plugin/run@0.1.0; }",
            world: "magnetiq:runtime/running",
            exports: { default: async },
        });
    }

    /// Blocks.
    pub mod render {
        wasmtime::component::bindgen!({
            path: "../plugin-sdk/wit",
            inline: "package magnetiq:runtime; world rendering { export magnetiq:plugin/render@0.1.0; }",
            world: "magnetiq:runtime/rendering",
            exports: { default: async },
        });
    }
}
