//! `magnetiq user`

use std::io::{BufRead as _, Read as _};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use clap::{Args, Subcommand};
use magnetiq_contract::text::Locale;

use super::output;
use super::settings::DataFlags;
use crate::accounts::{self, NewUser};
use crate::app;
use crate::auth::password_rules;
use crate::auth::passwords::Passwords;
use crate::auth::{Role, Secret};
use crate::clock::{Clock, random_bytes};
use crate::error::{Code, Error, Result};
use crate::store::Store;

/// Users of the site.
#[derive(Args)]
pub struct User {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Adds a user.
    Add(Add),
}

/// Adds a user. Without --password-stdin a password is made up and shown once.
#[derive(Args)]
struct Add {
    #[command(flatten)]
    data: DataFlags,
    /// E-mail address, the name to sign in with
    #[arg(long)]
    email: String,
    /// What the user may do
    #[arg(long, value_parser = ["viewer", "editor", "admin", "super_admin"])]
    role: String,
    /// Name as people read it
    #[arg(long, default_value = "")]
    name: String,
    /// Language of panel and mails
    #[arg(long, default_value = "en", value_parser = ["en", "de"])]
    language: String,
    /// Read the password from the first line of standard input
    #[arg(long, conflicts_with = "password_hash_stdin")]
    password_stdin: bool,
    /// Read the hash of a password that was chosen in another system from the first line of standard input: argon2id as a
    /// PHC string, or bcrypt, which is replaced at the first sign-in
    #[arg(long)]
    password_hash_stdin: bool,
}

impl User {
    /// Does what the subcommand says.
    ///
    /// # Errors
    /// When the data folder is in use or a field is not valid.
    pub async fn run(self) -> Result<()> {
        let Command::Add(add) = self.command;
        add.run().await
    }
}

impl Add {
    async fn run(self) -> Result<()> {
        let settings = self.data.settings([])?;
        settings.data_dir.create()?;
        let _lock = settings.data_dir.lock()?;
        let clock = Clock::system();
        let store = Store::open(&settings.data_dir.database(), &clock)?;
        let passwords = Passwords::new(app::password_cost(&settings.security))?;
        let (password, made_up) = self.password()?;
        let user = self.new_user(password)?.prepare(&passwords, &settings.site.name).await?;
        let user = if self.password_hash_stdin { user.import_hash(read_line()?)? } else { user };
        let id = accounts::add_prepared(&store, &clock, user).await?;
        output::line(&format!("Added user {id}: {} ({}).", self.email, self.role))?;
        match made_up {
            Some(password) => output::line(&format!("The password, shown this once: {password}")),
            None => Ok(()),
        }
    }

    /// The user's password, and the same as text when it was made up here.
    fn password(&self) -> Result<(Option<Secret<String>>, Option<String>)> {
        if self.password_hash_stdin {
            return Ok((None, None));
        }
        if self.password_stdin {
            return Ok((Some(read_line()?), None));
        }
        let made_up = URL_SAFE_NO_PAD.encode(random_bytes::<15>());
        Ok((Some(Secret::new(made_up.clone())), Some(made_up)))
    }

    fn new_user(&self, password: Option<Secret<String>>) -> Result<NewUser> {
        Ok(NewUser {
            email: self.email.clone(),
            name: self.name.clone(),
            role: self.role.parse::<Role>()?,
            language: Locale::from_code(&self.language).unwrap_or_default(),
            password,
        })
    }
}

/// The first line of standard input; no more is read than a password may have.
fn read_line() -> Result<Secret<String>> {
    let mut line = Vec::new();
    let longest = password_rules::LONGEST as u64 + 2;
    std::io::stdin().lock().take(longest).read_until(b'\n', &mut line).map_err(Error::from)?;
    let line = match String::from_utf8(line) {
        Ok(line) => line,
        // It may have been cut inside a letter, and is too long in any case.
        Err(cut) if cut.as_bytes().len() as u64 == longest => String::from_utf8_lossy(cut.as_bytes()).into_owned(),
        Err(_) => return Err(Error::new(Code::Validation, "The password is not UTF-8 text.")),
    };
    Ok(Secret::new(line.trim_end_matches(['\r', '\n']).to_owned()))
}
