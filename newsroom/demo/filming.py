"""The demo's film: a slow walk along a picture, as WebM.

A lossy WebP is one key frame of VP8 (RFC 6386 and 9649 §2.5), so Pillow can make every frame of a film, and what is
around them is a handful of elements (RFC 9559).
"""

from __future__ import annotations

import io
import struct

from PIL import Image

WIDTH, HEIGHT = 480, 270
A_SECOND = 10
SECONDS = 8
_QUALITY = 45
_CLUSTER_TICKS = 1000


def walk_along(picture: Image.Image) -> bytes:
    """From one side of the picture to the other, drawing nearer."""
    frames = [_vp8(_part(picture, number / (SECONDS * A_SECOND - 1))) for number in range(SECONDS * A_SECOND)]
    lasts = _whole(0x2AD7B1, 1_000_000) + _element(0x4489, struct.pack(">d", SECONDS * 1000.0))
    made_by = _element(0x4D80, b"newsroom") + _element(0x5741, b"newsroom")
    size = _element(0xE0, _whole(0xB0, WIDTH) + _whole(0xBA, HEIGHT))
    track = _whole(0xD7, 1) + _whole(0x73C5, 1) + _whole(0x83, 1) + _whole(0x9C, 0) + _element(0x86, b"V_VP8") + size
    segment = _element(0x1549A966, lasts + made_by) + _element(0x1654AE6B, _element(0xAE, track)) + _clusters(frames)
    return _header() + _element(0x18538067, segment)


def _part(picture: Image.Image, way: float) -> Image.Image:
    """The view after this fraction of the way."""
    width = picture.width * (0.8 - 0.2 * way)
    height = width * HEIGHT / WIDTH
    left, top = (picture.width - width) * way, (picture.height - height) / 2
    box = (left, top, left + width, top + height)
    return picture.convert("RGB").resize((WIDTH, HEIGHT), Image.Resampling.BILINEAR, box=box)


def _vp8(frame: Image.Image) -> bytes:
    """The one chunk of a simple WebP file that is the frame itself."""
    file = io.BytesIO()
    frame.save(file, "WEBP", quality=_QUALITY, method=2)
    data = file.getvalue()
    (size,) = struct.unpack_from("<I", data, 16)
    return data[20 : 20 + size]


def _clusters(frames: list[bytes]) -> bytes:
    """A cluster a second; a block names its track, its tick in the cluster, and that it is a key frame."""
    clusters = b""
    for second in range(0, len(frames), A_SECOND):
        blocks = b"".join(
            _element(0xA3, b"\x81" + struct.pack(">hB", number * _CLUSTER_TICKS // A_SECOND, 0x80) + frame)
            for number, frame in enumerate(frames[second : second + A_SECOND])
        )
        clusters += _element(0x1F43B675, _whole(0xE7, second // A_SECOND * _CLUSTER_TICKS) + blocks)
    return clusters


def _header() -> bytes:
    versions = _whole(0x4286, 1) + _whole(0x42F7, 1) + _whole(0x42F2, 4) + _whole(0x42F3, 8)
    return _element(0x1A45DFA3, versions + _element(0x4282, b"webm") + _whole(0x4287, 2) + _whole(0x4285, 2))


def _whole(name: int, value: int) -> bytes:
    return _element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def _element(name: int, content: bytes) -> bytes:
    """An element with its size in eight bytes, which is always allowed."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + (1 << 56 | len(content)).to_bytes(8, "big") + content
