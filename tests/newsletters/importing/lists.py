"""Exports of lists, and the acts of a move."""

from __future__ import annotations

import csv
import io
import zipfile

from newsletters.importing import moving_in
from newsletters.importing.moving_in import Wish
from newsletters.models import ListImport, Newsletter
from tests.newsletters.builders import AT

WORDS = "Yes, send me the morning letter."
MAILCHIMP = "Email Address,First Name,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LEID"
PROVED = {
    "OPTIN_TIME": "2024-02-03 10:00:00", "CONFIRM_TIME": "2024-02-03 10:05:00", "CONFIRM_IP": "198.51.100.7",
    "LEID": "9",
}  # fmt: skip


def table(columns: str, *rows: dict[str, str]) -> bytes:
    written = io.StringIO()
    writer = csv.DictWriter(written, columns.split(","), restval="")
    writer.writeheader()
    writer.writerows(rows)
    return written.getvalue().encode()


def packed(**tables: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in tables.items():
            archive.writestr(f"audience/{name}.csv", content)
    return raw.getvalue()


def mailchimp(*subscribed: str, unsubscribed: tuple[str, ...] = (), cleaned: tuple[str, ...] = ()) -> bytes:
    """Mailchimp's zip file; whoever is subscribed in it confirmed."""
    return packed(
        subscribed_members=table(MAILCHIMP, *({"Email Address": each, **PROVED} for each in subscribed)),
        unsubscribed_members=table(
            f"{MAILCHIMP},UNSUB_TIME",
            *({"Email Address": each, **PROVED, "UNSUB_TIME": "2025-01-01 00:00:00"} for each in unsubscribed),
        ),
        cleaned_members=table(
            f"{MAILCHIMP},CLEAN_TIME",
            *({"Email Address": each, **PROVED, "CLEAN_TIME": "2025-01-01 00:00:00"} for each in cleaned),
        ),
    )


def wish(*lists: Newsletter, source: str = "mailchimp", **more: object) -> Wish:
    return Wish(source, "audience.zip", list(lists), WORDS, **more)


def brought(raw: bytes, said: Wish) -> ListImport:
    """The file, looked at."""
    return worked(moving_in.begin(said, moving_in.read(said, raw), None, AT))


def worked(made: ListImport, at=AT) -> ListImport:
    while moving_in.work(lambda: at):
        pass
    made.refresh_from_db()
    return made


def moved(made: ListImport, at=AT) -> ListImport:
    moving_in.start(made)
    return worked(made, at)


def verdicts(made: ListImport) -> dict[str, tuple[str, str]]:
    return {row.email: (row.outcome, row.why) for row in made.rows.all()}
