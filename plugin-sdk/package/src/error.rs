//! Why bytes are no package, or none that somebody signed.

use crate::{LARGEST_FILE, LARGEST_PART, LARGEST_SUM, MOST_PARTS};

/// What this crate returns.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// A sentence without its full stop, which names the part at fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The file cannot be read.
    #[error("it cannot be read: {0}")]
    Unread(String),
    /// The file is larger than any package.
    #[error("it is larger than {LARGEST_FILE} bytes")]
    LargeFile,
    /// The bytes are no zip, or one that ends too early.
    #[error("it is no zip, or its end is missing")]
    NoZip,
    /// Bytes follow the end of the zip: a comment, or something else.
    #[error("{0} bytes follow its end")]
    Trailing(usize),
    /// The zip is of a kind that no packer makes: in several volumes, or with 64-bit sizes.
    #[error("it is a zip {0}, which no packer makes")]
    Kind(&'static str),
    /// The directory at the zip's end is not where or what it should be.
    #[error("its directory is damaged: {0}")]
    Directory(&'static str),
    /// Too many parts.
    #[error("it has more than {MOST_PARTS} parts")]
    Many,
    /// A name is not UTF-8.
    #[error("the name of part {0} is not UTF-8")]
    Name(usize),
    /// A path that could lead elsewhere, or that not every system can hold.
    #[error("the path {0:?} {1}")]
    Path(String, &'static str),
    /// A path stands twice.
    #[error("{0} stands twice")]
    Twice(String),
    /// Two paths that some systems hold to be one.
    #[error("{0} and {1} differ in upper and lower case alone")]
    Case(String, String),
    /// A link, a folder or a device.
    #[error("{0} is {1}, not a file")]
    NoFile(String, &'static str),
    /// What the zip says of a part is of no use here.
    #[error("{0} {1}")]
    Entry(String, &'static str),
    /// A part begins before the one ahead of it ends, or in the directory.
    #[error("{0} overlaps with what stands before it")]
    Overlap(String),
    /// Bytes that belong to no part.
    #[error("bytes that belong to nothing stand before {0}")]
    Gap(String),
    /// The part is too large.
    #[error("{0} is larger than {LARGEST_PART} bytes")]
    LargePart(String),
    /// The parts are too large together.
    #[error("its parts are larger than {LARGEST_SUM} bytes together")]
    LargeSum,
    /// A part holds more or less than it says.
    #[error("{0} says that it has {1} bytes and has {2}")]
    Size(String, u64, &'static str),
    /// The bytes of a part are not those that were packed.
    #[error("{0} is damaged")]
    Damaged(String),
    /// The text of the signature is not one.
    #[error("SIGNATURE is not one: {0}")]
    Signature(&'static str),
    /// The signature does not belong to these parts.
    #[error(
        "SIGNATURE does not fit: a part was changed, added or removed after it was signed, or another key signed it"
    )]
    Foreign,
    /// A key cannot be used.
    #[error("{0}")]
    Key(&'static str),
}
