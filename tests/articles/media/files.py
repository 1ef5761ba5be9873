"""Small files of sound and film, byte by byte as their formats ask for them."""

from __future__ import annotations

import io
import struct
import wave

from django.core.files.base import ContentFile

from articles.media.recordings import add_recording
from articles.models import Recording
from memberships import clock

CAPTIONS = b"WEBVTT\n\n00:00.000 --> 00:02.500\nThe loader lifts a slab.\n"


def wav(seconds: float = 2.0, rate: int = 8000) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(rate)
        sound.writeframes(bytes(round(seconds * rate)))
    return file.getvalue()


def mp3(frames: int = 115, tag: bytes = b"") -> bytes:
    """Frames of 128 kbit/s at 44.1 kHz, 26 ms each; 115 of them are three seconds."""
    return tag + (b"\xff\xfb\x90\x00" + bytes(413)) * frames


def id3(size: int) -> bytes:
    sizes = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\x00\x00" + sizes + bytes(size)


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def track(handler: bytes, codec: bytes, width: int = 0, height: int = 0, *, turned: bool = False) -> bytes:
    matrix = (0, 1 << 16, 0, -(1 << 16)) if turned else (1 << 16, 0, 0, 0)
    header = bytes(40) + struct.pack(">9i", *matrix, 0, 0, 0, 0, 1 << 30)
    header += struct.pack(">II", width << 16, height << 16)
    described = box(b"stsd", struct.pack(">II", 0, 1) + box(codec, bytes(8)))
    handled = box(b"hdlr", bytes(8) + handler + bytes(13))
    inner = box(b"mdia", handled + box(b"minf", box(b"stbl", described)))
    return box(b"trak", box(b"tkhd", header) + inner)


def mp4(*tracks: bytes, seconds: int = 540, brand: bytes = b"isom", moov_last: bool = True) -> bytes:
    header = box(b"mvhd", bytes(12) + struct.pack(">II", 1000, seconds * 1000) + bytes(80))
    movie, data = box(b"moov", header + b"".join(tracks)), box(b"mdat", bytes(3000))
    return box(b"ftyp", brand + bytes(4)) + (data + movie if moov_last else movie + data)


def film(**options: object) -> bytes:
    return mp4(track(b"vide", b"avc1", 1280, 720), track(b"soun", b"mp4a"), **options)  # type: ignore[arg-type]


def m4a() -> bytes:
    return mp4(track(b"soun", b"mp4a"), seconds=61, brand=b"M4A ")


def element(name: int, content: bytes) -> bytes:
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + (1 << 56 | len(content)).to_bytes(8, "big") + content


def webm(*, doctype: bytes = b"webm", kind: int = 1, seconds: float | None = 12.5, is_live: bool = False) -> bytes:
    """With a segment of unknown size, as a browser records it, where ``is_live``."""
    info = b"" if seconds is None else element(0x4489, struct.pack(">d", seconds * 1000))
    video = element(0xE0, element(0xB0, (640).to_bytes(2, "big")) + element(0xBA, (360).to_bytes(2, "big")))
    entry = element(0x83, bytes([kind])) + element(0x86, b"V_VP9") + (video if kind == 1 else b"")
    segment = element(0x1549A966, info) + element(0x1654AE6B, element(0xAE, entry)) + element(0x1F43B675, bytes(2000))
    head = element(0x1A45DFA3, element(0x4282, doctype))
    return head + (b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + segment if is_live else element(0x18538067, segment))


def sound(title: str = "The podcast", data: bytes | None = None, **words: object) -> Recording:
    """A recording of sound in the library: the bytes are those of an MP3 of three seconds."""
    return add_recording(ContentFile(data or mp3(), "podcast.mp3"), title, "Sound: Rania", None, clock.now(), **words)  # type: ignore[arg-type]


def moving(title: str = "The yard", captions: bytes | None = CAPTIONS) -> Recording:
    """A film of nine minutes in the library."""
    words = ContentFile(captions, "words.vtt") if captions else None
    return add_recording(ContentFile(film(), "yard.mov"), title, "Film: Yara", None, clock.now(), captions=words)
