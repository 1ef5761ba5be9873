"""The demo's sound: a few plucked notes, made by the standard library alone and the same way every time."""

from __future__ import annotations

import io
import math
import wave

RATE = 11_025
# In semitones from A, in the mode Hijaz: up, a turn, and home.
_MELODY = (0, 1, 4, 5, 7, 5, 4, 1, 4, 5, 7, 8, 7, 5, 4, 5, 4, 1, 0, 0)
_NOTE = 0.55
_LAST = 1.6
_A = 220.0


def melody() -> bytes:
    """A WAV file of 8 bits and one channel, some twelve seconds long."""
    samples = bytearray()
    for number, step in enumerate(_MELODY):
        is_last = number == len(_MELODY) - 1
        samples += _plucked(_A * 2 ** (step / 12), _LAST if is_last else _NOTE)
    file = io.BytesIO()
    with wave.open(file, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(1)
        sound.setframerate(RATE)
        sound.writeframes(bytes(samples))
    return file.getvalue()


def _plucked(hertz: float, seconds: float) -> bytes:
    """A tone with two overtones that dies away; its first and last moments are silent, so that nothing clicks."""
    count = round(seconds * RATE)
    return bytes(
        128 + round(100 * _level(number / RATE, seconds) * _wave(hertz * number / RATE)) for number in range(count)
    )


def _level(at: float, seconds: float) -> float:
    return min(at / 0.01, 1.0, (seconds - at) / 0.03) * math.exp(-3 * at)


def _wave(turns: float) -> float:
    angle = 2 * math.pi * turns
    return (math.sin(angle) + 0.4 * math.sin(2 * angle) + 0.2 * math.sin(3 * angle)) / 1.6
