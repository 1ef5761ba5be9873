"""The single door to the time of day.

Edges and tasks call :func:`now` and pass the moment on as an argument; rules never ask. In production there is no
offset. In demo and test mode an offset in whole seconds stands in one small file that every process of the install
reads, the local Stripe included, so that "three days on" happens everywhere at once.
"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings


def now() -> datetime:
    """The current moment in UTC, moved by the install's offset where there is one."""
    return machine_now() + offset()


def machine_now() -> datetime:
    """The machine's own time, not moved by any offset: what others stamp with theirs is compared with this."""
    return datetime.now(UTC)


def offset() -> timedelta:
    """How far this install's clock is ahead of the machine's; always zero in production."""
    path: Path | None = settings.CLOCK_FILE
    if path is None:
        return timedelta(0)
    try:
        text = path.read_text()
    except FileNotFoundError:
        return timedelta(0)
    return timedelta(seconds=int(text or 0))


def set_offset(value: timedelta) -> None:
    """Move the clock of every process of this install.

    Raises:
        RuntimeError: in production, which has no clock but the machine's.
    """
    path: Path | None = settings.CLOCK_FILE
    if path is None:
        raise RuntimeError("The clock cannot be moved in production.")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.new")
    fresh.write_text(str(int(value.total_seconds())))
    fresh.replace(path)
