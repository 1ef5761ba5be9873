"""The life of a text: written, checked, put out, corrected, taken back.

Every function takes who does it and when; whether they may is the edge's question. What goes wrong is one of two errors
fit for the person at the desk: :class:`PublishingError` with everything that stands in the way, and
:class:`DraftConflict` where somebody else saved first.
"""

from articles.publishing.checklist import Check, checklist, complaints
from articles.publishing.drafting import create, restore, save
from articles.publishing.errors import DraftConflict, PublishingError
from articles.publishing.preview import as_published
from articles.publishing.recutting import recut
from articles.publishing.release import publish, release_due, schedule, unschedule
from articles.publishing.snapshots import DraftContent
from articles.publishing.withdrawal import correct, retract, unpublish
from articles.publishing.workflow import mark_ready, send_back, submit, take_up

__all__ = [
    "Check",
    "DraftConflict",
    "DraftContent",
    "PublishingError",
    "as_published",
    "checklist",
    "complaints",
    "correct",
    "create",
    "mark_ready",
    "publish",
    "recut",
    "release_due",
    "restore",
    "retract",
    "save",
    "schedule",
    "send_back",
    "submit",
    "take_up",
    "unpublish",
    "unschedule",
]
