//! Recordings: sound that is made when it is asked for, and never kept.

use std::f32::consts::TAU;
use std::io::{Cursor, Write as _};
use std::time::Duration;

use bytes::Bytes;
use zip::ZipWriter;
use zip::result::ZipResult;
use zip::write::SimpleFileOptions;

use crate::state::Id;

/// Samples a second, as a telephone has them.
const RATE: u32 = 8000;

/// No recording is longer, however long it was talked.
const LONGEST: Duration = Duration::from_secs(3);

/// The recording of a call: a tone, as long as it was talked up to a limit, of a pitch that tells the call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Recording {
    pub call: Id,
    pub talk: Duration,
}

impl Recording {
    /// The sound as a WAV file: PCM, 8 bits, one channel.
    pub fn wav(&self) -> Bytes {
        let seconds = self.talk.min(LONGEST).as_secs_f32();
        let samples = (seconds * RATE as f32) as u32;
        // A padding byte would follow an odd number of samples.
        let samples = samples & !1;
        let mut file = Vec::with_capacity(44 + samples as usize);
        file.extend_from_slice(b"RIFF");
        file.extend_from_slice(&(36 + samples).to_le_bytes());
        file.extend_from_slice(b"WAVEfmt ");
        file.extend_from_slice(&16_u32.to_le_bytes());
        // PCM, one channel, samples and bytes a second, bytes and bits of a sample.
        let (one, eight) = (1_u16.to_le_bytes(), 8_u16.to_le_bytes());
        let rate = RATE.to_le_bytes();
        let format: [&[u8]; 6] = [&one, &one, &rate, &rate, &one, &eight];
        file.extend(format.into_iter().flatten());
        file.extend_from_slice(b"data");
        file.extend_from_slice(&samples.to_le_bytes());
        // The modulo leaves nothing to lose.
        let pitch = 220.0 + (self.call.0 % 660) as f32;
        let tone = |at| 128.0 + 64.0 * (TAU * pitch * at as f32 / RATE as f32).sin();
        file.extend((0..samples).map(|at| tone(at) as u8));
        file.into()
    }

    /// What changes whenever the sound does.
    pub fn tag(&self) -> String {
        format!("\"{}\"", self.call)
    }
}

/// Recordings as a ZIP archive, each under the id of its call. They are not compressed.
pub(crate) fn archive(recordings: &[Recording]) -> ZipResult<Bytes> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    for recording in recordings {
        archive.start_file(format!("{}.wav", recording.call), options)?;
        archive.write_all(&recording.wav())?;
    }
    Ok(archive.finish()?.into_inner().into())
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use super::*;

    fn recording(call: u128, talk: u64) -> Recording {
        Recording { call: Id(call), talk: Duration::from_secs(talk) }
    }

    #[test]
    fn a_recording_is_a_sound_as_long_as_the_talk_up_to_three_seconds() {
        for (talk, seconds) in [(1, 1), (2, 2), (119, 3)] {
            let wav = recording(7, talk).wav();
            let mut sound = hound::WavReader::new(&wav[..]).unwrap();
            let spec = sound.spec();
            assert_eq!((spec.channels, spec.sample_rate, spec.bits_per_sample), (1, RATE, 8));
            assert_eq!(sound.duration(), seconds * RATE);
            let samples: Vec<i32> = sound.samples().map(Result::unwrap).collect();
            assert_eq!(samples.iter().map(|sample| sample.abs()).max(), Some(64));
        }
    }

    #[test]
    fn the_pitch_tells_the_call() {
        let crossings = |call| {
            let wav = recording(call, 1).wav();
            wav[44..].windows(2).filter(|pair| pair[0] < 128 && pair[1] >= 128).count()
        };
        // The first wave does not rise from below: it begins in the middle.
        assert_eq!((crossings(0), crossings(440)), (219, 659));
    }

    #[test]
    fn an_archive_has_each_recording() {
        let recordings = [recording(1, 1), recording(2, 2)];
        let mut archive = zip::ZipArchive::new(Cursor::new(archive(&recordings).unwrap())).unwrap();
        assert_eq!(archive.len(), 2);
        for recording in recordings {
            let mut content = Vec::new();
            let mut file = archive.by_name(&format!("{}.wav", recording.call)).unwrap();
            file.read_to_end(&mut content).unwrap();
            assert_eq!(content, recording.wav());
        }
    }
}
