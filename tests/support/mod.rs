//! What tests of the host share: a real site on a port of its own, with its own data folder and a clock that stands
//! still until the test moves it.

mod answer;
mod app;
mod authenticator;
mod client;
mod device;
mod dice;
mod disk;
mod guest;
pub mod handmade;
pub mod killing;
mod mail;
mod notes;
mod process;
mod raw;
pub mod registrations;
mod silent;
pub mod villain;
pub mod webinars;

pub use answer::Answer;
pub use app::{PASSWORD, START, TestApp};
pub use authenticator::Authenticator;
pub use client::{Call, Client};
pub use device::Device;
pub use dice::Dice;
pub use disk::{Disk, DiskFault, Unsynced};
pub use guest::{Guest, ask_for_mail, edit, set_version};
pub use mail::{Mail, Part};
pub use notes::NOTES;
pub use process::Process;
pub use raw::Raw;
pub use silent::Silent;
