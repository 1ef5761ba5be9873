"""What the demo has not had happen yet, made through the product's own rules: ``python -m tests.journeys.staging``.

Run with the environment of a running demo, next to it. A story is retracted; editions of
two lists have gone out; few readings a month are free.
"""

from __future__ import annotations

import os
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsroom.settings")
django.setup()

from articles.models import Article  # noqa: E402 - models need the apps
from articles.publishing import retract  # noqa: E402
from memberships import clock  # noqa: E402
from memberships.models import Paywall  # noqa: E402
from newsletters.editions import compose  # noqa: E402
from newsletters.models import Edition, Newsletter  # noqa: E402
from newsletters.timetable import Due  # noqa: E402

RETRACTED = "libya-misrata-free-zone"
# One that everybody may read, and one that comes with PRO.
LISTS = ("turkey", "supply-chain")
# So that the meter is spent before one has read half of the demo.
ALLOWANCE = 3


def main() -> None:
    at = clock.now()
    article = Article.objects.get(slug=RETRACTED)
    if article.state != Article.State.RETRACTED:
        retract(article, "Two of the contracts it quotes are not what they were said to be.", None, at)
    Paywall.objects.update_or_create(pk=1, defaults={"allowance": ALLOWANCE})
    due = at - timedelta(days=1)
    for newsletter in Newsletter.objects.filter(slug__in=LISTS):
        edition = compose(newsletter, Due(due, due.date()), at)
        if edition is not None:
            gone = {"state": Edition.State.SENT, "frozen_at": due, "sent_at": due, "audience_size": 0}
            Edition.objects.filter(pk=edition.pk).update(**gone)


if __name__ == "__main__":
    main()
