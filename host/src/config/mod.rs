//! Settings: flags, then `MAGNETIQ_*` variables, then `magnetiq.toml` in the data folder. One file per section.
//!
//! A setting has one name: `PUBLIC_URL` is the variable `MAGNETIQ_PUBLIC_URL` and the key `public_url` of the file.

mod data_dir;
mod environment;
mod later;
mod limits;
mod log;
mod mail;
mod network;
mod plugins;
mod secret;
mod security;
mod server;
mod site;
mod smtp;
mod source;
mod tokens;

use std::collections::BTreeSet;
use std::path::PathBuf;

pub use data_dir::{DataDir, Lock};
pub use environment::Environment;
pub use limits::Limits;
pub use log::Log;
pub use mail::Mail;
pub use network::Network;
pub use plugins::PluginSettings;
pub use secret::Secret;
pub use security::{Registration, Security};
pub use server::Server;
pub use site::SiteSettings;
pub use smtp::{Encryption, Login, SmtpServer};
pub use source::{Fault, Faults, Source};
pub use tokens::{TokenAlgorithm, TokenSettings};

/// All settings of a running host.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where everything is kept.
    pub data_dir: DataDir,
    /// What the host runs for.
    pub environment: Environment,
    /// Addresses.
    pub server: Server,
    /// What the site is called and where it is.
    pub site: SiteSettings,
    /// Limits on callers.
    pub limits: Limits,
    /// What plugins may take and whom they may call.
    pub plugins: PluginSettings,
    /// Passwords and keys.
    pub security: Security,
    /// Access tokens and sessions.
    pub tokens: TokenSettings,
    /// Outgoing mail.
    pub mail: Mail,
    /// Logging.
    pub log: Log,
    /// What was set, as it was named, and comes with a later version.
    pub later: Vec<String>,
}

impl Settings {
    /// Reads settings from flags (by name, such as `LISTEN`), variables and the data folder's file.
    ///
    /// # Errors
    /// Every fault that was found, each with its setting's name.
    pub fn read(
        flags: impl IntoIterator<Item = (&'static str, String)>,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, Faults> {
        let mut source = Source::new(flags, variables);
        let data_dir = DataDir::new(PathBuf::from(source.text("DATA_DIR").unwrap_or_else(|| "data".to_owned())));
        source.read_file(&data_dir.settings_file());
        let settings = Self::from_source(data_dir, &mut source);
        Ok(Self { later: source.finish()?, ..settings })
    }

    /// The names of all settings, without `MAGNETIQ_`.
    #[must_use]
    pub fn names() -> BTreeSet<&'static str> {
        let mut source = Source::new([], []);
        source.text("DATA_DIR");
        Self::from_source(DataDir::new(PathBuf::new()), &mut source);
        source.into_names()
    }

    fn from_source(data_dir: DataDir, source: &mut Source) -> Self {
        let environment = source.value("ENV", "development, staging or production", Environment::Development);
        let server = Server::read(source, environment);
        Self {
            site: SiteSettings::read(source),
            limits: Limits::read(source),
            plugins: PluginSettings::read(source),
            security: Security::read(source, &data_dir),
            tokens: TokenSettings::read(source),
            mail: Mail::read(source, &server),
            log: Log::read(source),
            server,
            environment,
            data_dir,
            later: Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<Settings, Faults> {
        let folder = tempfile::tempdir().unwrap();
        let variables = variables.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Settings::read([("DATA_DIR", folder.path().display().to_string())], variables)
    }

    #[test]
    fn without_any_setting_the_host_serves_a_developers_machine() {
        let settings = read(&[]).unwrap();
        assert_eq!(settings.server.listen.to_string(), "127.0.0.1:8036");
        assert_eq!(settings.server.public_url, "http://localhost:8036");
        assert_eq!(settings.environment, Environment::Development);
    }

    #[test]
    fn all_faults_are_reported_at_once_each_by_name() {
        let faults = read(&[
            ("MAGNETIQ_LISTEN", "everywhere"),
            ("MAGNETIQ_PUBLIC_URL", "example.org"),
            ("MAGNETIQ_BODY_LIMIT", "-1"),
            ("MAGNETIQ_TIME_ZONE", "Mars/Olympus"),
            ("MAGNETIQ_LISTNE", "127.0.0.1:1"),
            ("HOME", "/root"),
        ])
        .unwrap_err();
        let names: Vec<_> = faults.0.iter().map(|fault| fault.setting.as_str()).collect();
        assert_eq!(
            names,
            ["MAGNETIQ_LISTEN", "MAGNETIQ_PUBLIC_URL", "MAGNETIQ_TIME_ZONE", "MAGNETIQ_BODY_LIMIT", "MAGNETIQ_LISTNE"]
        );
    }

    #[test]
    fn a_fault_is_named_as_the_operator_wrote_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = "public_url = \"example.org\"\nbody_limit = 0\nsmtp_url = \"smtps://mail.example.org\"";
        std::fs::write(folder.path().join("magnetiq.toml"), file).unwrap();
        let flags = [("DATA_DIR", folder.path().display().to_string()), ("LISTEN", "everywhere".to_owned())];
        let variables = [("BODY_LIMIT", "-1"), ("TIME_ZONE", "Mars/Olympus")];
        let variables = variables.map(|(name, value)| (format!("MAGNETIQ_{name}"), value.to_owned()));
        let faults = Settings::read(flags, variables).unwrap_err();
        let names: Vec<_> = faults.0.iter().map(|fault| fault.setting.as_str()).collect();
        let known = ["--listen", "magnetiq.toml, public_url", "MAGNETIQ_TIME_ZONE", "MAGNETIQ_BODY_LIMIT"];
        assert_eq!(names, [known.as_slice(), &["MAGNETIQ_MAIL_FROM"]].concat());
        assert!(faults.to_string().contains("because magnetiq.toml, smtp_url is set"), "{faults}");
    }

    #[test]
    fn values_that_could_never_work_are_faults_before_anything_starts() {
        let folder = tempfile::tempdir().unwrap();
        let lost = folder.path().join("kyes/master.key").display().to_string();
        for (name, wrong) in [
            ("ARGON2_MEMORY_KIB", &["0", "7", "4294967295", "-1"][..]),
            ("ARGON2_ITERATIONS", &["0", "101", "two"]),
            ("ARGON2_PARALLELISM", &["0", "65"]),
            ("REGISTRATION", &["on", "editor", "Viewer"]),
            ("BODY_LIMIT", &["0", "1MB"]),
            ("TOKEN_ALGORITHM", &["HS256", "none", "rs256"]),
            ("KEY_ROTATION_DAYS", &["-1", "3651", "monthly"]),
            ("SESSION_DAYS", &["0"]),
            ("SESSION_IDLE_DAYS", &["0", "31"]),
            ("SMTP_CONNECTIONS", &["0", "17"]),
            ("MAIL_FROM", &["nobody", "a@b@c", "A <a@example.org", "<>", "A \"B\" <a@example.org>", "a b@example.org"]),
            ("SMTP_URL", &["smtp://", "https://mail.example.org", "smtp://a:0", "mail.example.org", "smtp://h?tls=no"]),
            ("SMTP_URL", &["smtp://u:p@mail.example.org?tls=opportunistic", "smtp://u@h", "smtp://h/x", "smtp://h#x"]),
            ("SMTP_CA_FILE", &["/there/is/no/such/file", folder.path().to_str().unwrap(), "/dev/null"]),
            ("ALLOWED_HOSTS", &["https://example.org", "example.org:8036", "example.org/x", "a b", "*"]),
            (
                "CORS_ORIGINS",
                &[
                    "example.org",
                    "https://example.org/",
                    "https://Example.org",
                    "*",
                    "https://a.example/x",
                    "ftp://a.example",
                ],
            ),
            ("MASTER_KEY_FILE", &[lost.as_str(), folder.path().to_str().unwrap()]),
        ] {
            for value in wrong {
                let faults = read(&[(&format!("MAGNETIQ_{name}"), value), ("MAGNETIQ_RATE_LIMIT", "0")]).unwrap_err();
                let named = |name: &str| faults.0.iter().any(|fault| fault.setting == format!("MAGNETIQ_{name}"));
                assert!(named(name) && named("RATE_LIMIT"), "{name}={value}: {faults}");
            }
        }
        // A server without a sender: whoever gets the mail could not answer.
        let faults = read(&[("MAGNETIQ_SMTP_URL", "smtps://mail.example.org")]).unwrap_err();
        assert_eq!(faults.0.iter().map(|fault| fault.setting.as_str()).collect::<Vec<_>>(), ["MAGNETIQ_MAIL_FROM"]);
        // What is short by itself may be enough for fewer lanes.
        let faults = read(&[("MAGNETIQ_ARGON2_MEMORY_KIB", "16"), ("MAGNETIQ_ARGON2_PARALLELISM", "4")]).unwrap_err();
        assert!(faults.to_string().contains("from 32"), "{faults}");
    }

    #[test]
    fn values_that_work_are_taken() {
        for (name, value) in [
            ("MAIL_FROM", "noreply@localhost"),
            ("MAIL_FROM", "Müller & Söhne, Inc. <a.b+c@example.org>"),
            ("MAIL_FROM", "\"Magnetiq\" <a@example.org>"),
            ("ALLOWED_HOSTS", "www.example.org, localhost,[::1], 127.0.0.1"),
            ("CORS_ORIGINS", "https://www.example.org,http://localhost:3000"),
            ("ARGON2_MEMORY_KIB", "8"),
            ("MASTER_KEY_FILE", "master.key"),
        ] {
            assert!(read(&[(&format!("MAGNETIQ_{name}"), value)]).is_ok(), "{name}={value}");
        }
        let server = ("MAGNETIQ_SMTP_URL", "smtp://user:pa%40ss@mail.example.org:587?tls=required");
        assert!(read(&[server, ("MAGNETIQ_MAIL_FROM", "a@example.org")]).is_ok());
    }

    #[test]
    fn a_flag_beats_a_variable_and_a_variable_beats_the_file() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("magnetiq.toml"), "site_name = 'File'\nbody_limit = 7\nlisten = '[::1]:1'")
            .unwrap();
        let flags = [("DATA_DIR", folder.path().display().to_string()), ("LISTEN", "[::1]:3".to_owned())];
        let variables = [("MAGNETIQ_LISTEN", "[::1]:2"), ("MAGNETIQ_SITE_NAME", "Variable")]
            .map(|(name, value)| (name.into(), value.into()));
        let settings = Settings::read(flags, variables).unwrap();
        assert_eq!(settings.server.listen.port(), 3);
        assert_eq!(settings.site.name, "Variable");
        assert_eq!(settings.limits.body_bytes, 7);
    }

    #[test]
    fn an_unknown_key_of_the_file_is_a_fault() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("magnetiq.toml"), "site_nmae = 'x'").unwrap();
        let faults = Settings::read([("DATA_DIR", folder.path().display().to_string())], []).unwrap_err();
        assert!(faults.to_string().contains("site_nmae"), "{faults}");
    }

    #[test]
    fn a_name_that_a_later_version_uses_is_kept_and_no_fault() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("magnetiq.toml"), "features = 'search'").unwrap();
        let names = ["ALERT_MAIL", "BACKUP_EVERY", "METRICS_LISTEN"].map(|name| format!("MAGNETIQ_{name}"));
        let variables = names.clone().map(|name| (name, "?".to_owned()));
        let flags = [("DATA_DIR", folder.path().display().to_string())];
        let settings = Settings::read(flags, variables).unwrap();
        assert_eq!(settings.later[..3], names);
        assert_eq!(settings.later[3..], ["magnetiq.toml, features"]);
        for stranger in ["MAGNETIQ_ALERT_MAILS", "MAGNETIQ_BACKUP", "MAGNETIQ_FEATURE"] {
            assert!(read(&[(stranger, "?")]).unwrap_err().to_string().contains(stranger));
        }
    }

    #[test]
    fn secrets_never_show_in_debug_output() {
        let settings = read(&[
            ("MAGNETIQ_SMTP_URL", "smtps://user:hunter2@mail.example.org"),
            ("MAGNETIQ_MAIL_FROM", "a@example.org"),
        ]);
        assert!(!format!("{:?}", settings.unwrap()).contains("hunter2"));
    }

    #[test]
    fn every_setting_stands_in_the_sample_and_the_sample_has_no_other() {
        let sample = include_str!("../../../deploy/env.sample");
        let lines = sample.lines().filter_map(|line| line.trim_start_matches("# ").strip_prefix("MAGNETIQ_"));
        let named: BTreeSet<_> = lines.filter_map(|line| line.split_once('=')).map(|(name, _)| name).collect();
        assert_eq!(named, Settings::names());
        assert!(named.iter().all(|name| !later::is_one(name)), "a setting that is used already is no later one");
    }
}
