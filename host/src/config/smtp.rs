//! The mail server, as its address tells it: `smtps://user:password@mail.example.org`.

use std::net::IpAddr;
use std::path::Path;

use percent_encoding::percent_decode_str;
use url::Url;

use super::Secret;

const ADDRESS: &str =
    "an address such as smtps://user:password@mail.example.org, or smtp://user:password@mail.example.org for STARTTLS";
const NOT_IN_CLEAR: &str = "smtps://… or smtp://… without tls=opportunistic: a password leaves this machine encrypted";
const CERTIFICATES: &str = "a file that can be read, with certificates in PEM";
const PEM: &str = "-----BEGIN CERTIFICATE-----";

/// The mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmtpServer {
    /// Name or IP address, without brackets.
    pub host: String,
    /// Where it listens.
    pub port: u16,
    /// How the way there is encrypted.
    pub encryption: Encryption,
    /// Who signs in.
    pub login: Option<Login>,
    /// Certificates in PEM that are believed beside those of the system.
    pub own_authorities: Option<String>,
    /// Messages sent at the same time. A host that is killed sends so many again at most, for it cannot know whether the
    /// server had taken them.
    pub connections: u32,
}

/// A sign-in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Login {
    /// Often an e-mail address.
    pub user: String,
    /// Shown nowhere.
    pub password: Secret,
}

/// How the way to a mail server is encrypted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// Not at all.
    None,
    /// By STARTTLS where the server offers it.
    Opportunistic,
    /// By STARTTLS; a server that does not offer it gets nothing.
    StartTls,
    /// From the first byte on.
    Tls,
}

impl SmtpServer {
    /// Reads an address. A password has STARTTLS required, except for a server on this machine.
    ///
    /// # Errors
    /// What was expected, for people.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        let url = Url::parse(text).map_err(|_| ADDRESS)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() || url.port() == Some(0) {
            return Err(ADDRESS);
        }
        let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
        if host.is_empty() {
            return Err(ADDRESS);
        }
        let login = login(&url)?;
        let encryption = encryption(&url, login.is_some() && !is_this_machine(&host))?;
        let port = url.port().unwrap_or_else(|| default_port(encryption));
        Ok(Self { host, port, encryption, login, own_authorities: None, connections: 1 })
    }
}

/// The certificates of a file, in PEM.
///
/// # Errors
/// What was expected, for people.
pub fn certificates(file: &Path) -> Result<String, &'static str> {
    let text = std::fs::read_to_string(file).map_err(|_| CERTIFICATES)?;
    text.contains(PEM).then_some(text).ok_or(CERTIFICATES)
}

fn login(url: &Url) -> Result<Option<Login>, &'static str> {
    let plain = |text| percent_decode_str(text).decode_utf8().map(String::from).map_err(|_| ADDRESS);
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        ("", Some(_)) | (_, None) => Err(ADDRESS),
        (user, Some(password)) => Ok(Some(Login { user: plain(user)?, password: Secret::new(plain(password)?) })),
    }
}

fn encryption(url: &Url, has_secret: bool) -> Result<Encryption, &'static str> {
    let mut options = url.query_pairs();
    let asked = options.next();
    let asked = asked.as_ref().map(|(name, value)| (name.as_ref(), value.as_ref()));
    match (url.scheme(), asked, options.next()) {
        ("smtps", None | Some(("tls", "required")), None) => Ok(Encryption::Tls),
        ("smtp", Some(("tls", "required")), None) => Ok(Encryption::StartTls),
        ("smtp", Some(("tls", "opportunistic")), None) if has_secret => Err(NOT_IN_CLEAR),
        ("smtp", Some(("tls", "opportunistic")), None) => Ok(Encryption::Opportunistic),
        ("smtp", None, None) if has_secret => Ok(Encryption::StartTls),
        ("smtp", None, None) => Ok(Encryption::None),
        _ => Err(ADDRESS),
    }
}

fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn default_port(encryption: Encryption) -> u16 {
    match encryption {
        Encryption::None => 25,
        Encryption::Opportunistic | Encryption::StartTls => 587,
        Encryption::Tls => 465,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (u16, Encryption) {
        let server = SmtpServer::parse(text).unwrap();
        (server.port, server.encryption)
    }

    #[test]
    fn an_address_says_how_the_way_is_encrypted() {
        assert_eq!(read("smtps://mail.example.org"), (465, Encryption::Tls));
        assert_eq!(read("smtps://u:p@mail.example.org:4650?tls=required"), (4650, Encryption::Tls));
        assert_eq!(read("smtp://mail.example.org?tls=required"), (587, Encryption::StartTls));
        assert_eq!(read("smtp://mail.example.org?tls=opportunistic"), (587, Encryption::Opportunistic));
        assert_eq!(read("smtp://mail.example.org"), (25, Encryption::None));
    }

    #[test]
    fn a_password_goes_in_clear_to_this_machine_alone() {
        for far in ["mail.example.org", "10.0.0.1", "localhost.example.org", "127.0.0.1.example.org", "[::2]"] {
            assert_eq!(read(&format!("smtp://u:p@{far}")), (587, Encryption::StartTls), "{far}");
            let hopeful = SmtpServer::parse(&format!("smtp://u:p@{far}?tls=opportunistic"));
            assert_eq!(hopeful, Err(NOT_IN_CLEAR), "{far}");
        }
        for here in ["localhost", "127.0.0.1", "[::1]"] {
            assert_eq!(read(&format!("smtp://u:p@{here}")), (25, Encryption::None), "{here}");
        }
    }

    #[test]
    fn user_and_password_are_read_as_they_were_before_escaping() {
        let login = SmtpServer::parse("smtps://ada%40example.org:p%3Ass@[::1]").unwrap().login.unwrap();
        assert_eq!((login.user.as_str(), login.password.reveal()), ("ada@example.org", "p:ss"));
        for wrong in ["smtps://ada@a.example", "smtps://:p@a.example", "smtps://ada:%FF@a.example"] {
            assert_eq!(SmtpServer::parse(wrong), Err(ADDRESS), "{wrong}");
        }
    }
}
