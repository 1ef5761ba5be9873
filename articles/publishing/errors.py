"""What can stand between a text and its readers, in sentences."""

from __future__ import annotations

import zoneinfo
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from articles.models import Draft


class PublishingError(Exception):
    """``messages`` are sentences: everything that stands in the way, not just the first thing."""

    def __init__(self, messages: Sequence[str]) -> None:
        self.messages = list(messages)
        super().__init__(" ".join(self.messages))


class DraftConflict(Exception):
    """Somebody else saved since this person opened the text. ``current`` is what stands there now."""

    def __init__(self, current: Draft) -> None:
        self.current = current
        self.message = _(
            "%(name)s saved this article at %(time)s, after you opened it. Your text is kept here: "
            "compare it with theirs, then save again."
        ) % {"name": current.saved_by or _("The system"), "time": desk_time(current.saved_at)}
        super().__init__(self.message)


def desk_time(moment: datetime) -> str:
    """A moment as the newsroom's clock on the wall shows it."""
    return date_format(timezone.localtime(moment, zoneinfo.ZoneInfo(settings.TIME_ZONE)), "j F, H:i")
