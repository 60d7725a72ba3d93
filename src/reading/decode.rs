//! An input becomes UTF-8: its encoding is found, and what stands in front of its text is passed over.

use std::rc::Rc;

use super::Reading;
use crate::evidence::encoding::{HeadKind, MIN_LOST, sniff_encoding, utf8_of_gb18030, utf8_of_utf16};
use crate::evidence::guard::{HEAD_BYTES, MAX_LOST_BYTES, MAX_PROFILE_BYTES, MAX_TRANSCODED_BYTES};
use crate::evidence::profile::{is_profile, text_of_profile};
use crate::evidence::{MemorySource, ReadError, Source as _, TextOf, read_all, read_full};
use crate::model::{Encoding, EvidenceState, IssueCode};

impl Reading {
    /// Finds the encoding and makes UTF-8 of it; says why the input is refused, if it is, and at which byte.
    pub(super) fn decode(&mut self) -> Result<Option<(IssueCode, usize)>, ReadError> {
        let head = self.head()?;
        let begins_lost = head.starts_with(&[0; MIN_LOST]);
        let mut kind = sniff_encoding(&head);
        self.needs_whole = self.job.grows && (kind.encoding != Encoding::Utf8 || begins_lost);
        if self.needs_whole {
            self.found.state = EvidenceState::Waiting;
            return Ok(None);
        }
        if begins_lost && let Some(behind) = self.pass_lost()? {
            kind = behind;
        }
        let HeadKind { mut encoding, bom_bytes, packing, odd_at } = kind;
        if encoding == Encoding::Gb18030 && self.text.source.len() > MAX_TRANSCODED_BYTES {
            // Most of it is ASCII, and the rest is counted.
            encoding = Encoding::Utf8;
        }
        self.found.encoding = encoding;
        if encoding == Encoding::Binary {
            if packing.is_none()
                && self.text.source.len() <= MAX_PROFILE_BYTES
                && is_profile(&self.head()?)
                && let Some(text) = text_of_profile(&read_all(&self.text)?)
            {
                self.set_text(text.into_bytes());
                return Ok(None);
            }
            return Ok(Some((if packing.is_some() { IssueCode::Compressed } else { IssueCode::Binary }, odd_at)));
        }
        if encoding != Encoding::Utf8 && self.text.source.len() > MAX_TRANSCODED_BYTES {
            return Ok(Some((IssueCode::TooLarge, 0)));
        }
        self.text.skip += bom_bytes as u64;
        match encoding {
            Encoding::Utf8 | Encoding::Binary => self.found.skip = self.text.skip,
            Encoding::Gb18030 => self.set_text(utf8_of_gb18030(&read_all(&self.text)?)),
            Encoding::Utf16Le | Encoding::Utf16Be => {
                self.set_text(utf8_of_utf16(&read_all(&self.text)?, encoding == Encoding::Utf16Le));
            }
        }
        Ok(None)
    }

    /// Passes over the NULs that an input begins with, where a text follows: blocks that a crash left unwritten, or what was cut off while
    /// its writer went on. An image of a disk begins so too.
    fn pass_lost(&mut self) -> Result<Option<HeadKind>, ReadError> {
        let mut buffer = vec![0; HEAD_BYTES];
        let mut n_lost = 0;
        loop {
            let n = self.text.read_at(n_lost, &mut buffer)?;
            let written = buffer[..n].iter().position(|byte| *byte != 0);
            n_lost += written.unwrap_or(n) as u64;
            if written.is_some() {
                break;
            }
            if n == 0 || n_lost >= MAX_LOST_BYTES {
                return Ok(None);
            }
        }
        self.text.skip = n_lost;
        let behind = sniff_encoding(&self.head()?);
        if !matches!(behind.encoding, Encoding::Utf8 | Encoding::Gb18030) {
            self.text.skip = 0;
            return Ok(None);
        }
        self.parsed.issues.add_many(IssueCode::NulBytes, n_lost, 1, 0);
        Ok(Some(behind))
    }

    /// From now on the input is this text.
    fn set_text(&mut self, text: Vec<u8>) {
        self.decoded = Some(text.clone());
        self.is_decoded = true;
        self.text = TextOf { source: Rc::new(MemorySource(text)), skip: 0 };
    }

    pub(super) fn head(&self) -> Result<Vec<u8>, ReadError> {
        let mut head = vec![0; HEAD_BYTES.min(usize::try_from(self.text.len()).unwrap_or(HEAD_BYTES))];
        let n = read_full(&self.text, 0, &mut head)?;
        head.truncate(n);
        Ok(head)
    }
}
