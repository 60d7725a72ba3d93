//! Zstandard: frames one after the other, some of which hold nothing of the content. Spec: RFC 8878.

use std::io::{self, ErrorKind, Read};

use ruzstd::decoding::errors::FrameDecoderError;
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::stream::Stream;

/// The largest window a frame may ask for: what `zstd --long=27` needs, and the most that is held in memory.
const MAX_WINDOW_BYTES: u64 = 128 << 20;

/// The bytes of all frames.
pub(super) struct Zstd<'a> {
    input: Stream<'a>,
    decoder: FrameDecoder,
    in_frame: bool,
}

impl<'a> Zstd<'a> {
    /// The first frame is still to be read.
    pub(super) fn new(input: Stream<'a>) -> Self {
        let mut decoder = FrameDecoder::new();
        decoder.set_max_window_size(MAX_WINDOW_BYTES);
        Self { input, decoder, in_frame: false }
    }

    /// Goes to the next frame with content; `false` where there is none. What follows the last frame is passed over.
    fn next_frame(&mut self) -> io::Result<bool> {
        while let &[0x50..=0x5f, 0x2a, 0x4d, 0x18, a, b, c, d] = self.input.peek(8) {
            self.input.skip(8 + u64::from(u32::from_le_bytes([a, b, c, d])))?;
        }
        if self.input.peek(4) != [0x28, 0xb5, 0x2f, 0xfd] {
            return Ok(false);
        }
        let opened = self.decoder.reset(&mut self.input);
        opened.map_err(|error| self.because(&error))?;
        Ok(true)
    }

    /// The decoder says what it was about, not whether bytes were missing or wrong.
    fn because(&self, error: &FrameDecoderError) -> io::Error {
        match error {
            FrameDecoderError::WindowSizeTooBig { .. } | FrameDecoderError::DictNotProvided { .. } => {
                ErrorKind::Unsupported.into()
            }
            _ if self.input.tally().ended.get() => ErrorKind::UnexpectedEof.into(),
            _ => ErrorKind::InvalidData.into(),
        }
    }
}

impl Read for Zstd<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        loop {
            if !self.in_frame {
                if into.is_empty() || !self.next_frame()? {
                    return Ok(0);
                }
                self.in_frame = true;
            }
            let ready = self.decoder.can_collect();
            if ready > 0 {
                return self.decoder.read(into);
            }
            if self.decoder.is_finished() {
                self.in_frame = false;
                let sums = (self.decoder.get_checksum_from_data(), self.decoder.get_calculated_checksum());
                if matches!(sums, (Some(stated), Some(calculated)) if stated != calculated) {
                    return Err(ErrorKind::InvalidData.into());
                }
                continue;
            }
            let decoded = self.decoder.decode_blocks(&mut self.input, BlockDecodingStrategy::UptoBlocks(1));
            decoded.map_err(|error| self.because(&error))?;
        }
    }
}
