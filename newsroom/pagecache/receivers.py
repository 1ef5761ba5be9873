"""What takes pages away, and whose tier is asked anew. The apps' signals come after commit; the rest waits for it."""

from __future__ import annotations

from datetime import datetime
from functools import partial
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth.signals import user_logged_out
from django.db import transaction
from django.db.models import Model
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver

import articles.signals
import memberships.signals
from articles import surrogates
from articles.models import (
    Article,
    Author,
    Chart,
    Correction,
    Country,
    CrawlerPolicy,
    Event,
    Format,
    FrontSlot,
    HouseText,
    Industry,
    Picture,
    Recording,
    Section,
    Series,
    Topic,
)
from memberships import clock
from memberships.models import Paywall, Plan, Product, ReadingRule, User
from newsletters.models import Newsletter
from newsroom.pagecache.forgetting import EVERYBODY, subject_of
from newsroom.pagecache.node import this
from newsroom.pagecache.purges import EVERYTHING

# Their rows stand on pages all over the site and change seldom, so a change takes every page away.
SHOWN_ANYWHERE: tuple[type[Model], ...] = (
    Author,
    Chart,
    Correction,
    Country,
    CrawlerPolicy,
    Event,
    Format,
    FrontSlot,
    HouseText,
    Industry,
    Newsletter,
    Paywall,
    Picture,
    Plan,
    Product,
    ReadingRule,
    Recording,
    Section,
    Series,
    Topic,
)


@receiver([articles.signals.article_published, articles.signals.article_updated, articles.signals.article_withdrawn])
def purge_what_shows_an_article(article: Article, **_facts: Any) -> None:
    this.purge(surrogates.purged_by(article))


@receiver([post_save, post_delete])
def purge_what_shows_a_row(sender: type[Model], instance: Model, created: bool = False, **_facts: Any) -> None:
    is_shown_nowhere_yet = created and sender in {Picture, Recording}
    if sender in SHOWN_ANYWHERE and not is_shown_nowhere_yet:
        transaction.on_commit(partial(this.purge, [EVERYTHING]))


@receiver(memberships.signals.rights_changed)
def ask_anew_what_they_hold(users: frozenset[int] | None, at: datetime, **_facts: Any) -> None:
    people = [EVERYBODY] if users is None else [subject_of(pk) for pk in users]
    # Not ``at``, at which it was decided: what was asked between then and the commit saw the old rights.
    this.forget(people, clock.now().timestamp())


@receiver(user_logged_out)
def ask_anew_who_that_is(user: User | None, **_facts: Any) -> None:
    if user is not None:
        _forget(user.pk)


@receiver(post_delete, sender=UserSession)
def ask_anew_whose_session_ended(instance: UserSession, **_facts: Any) -> None:
    _forget(instance.user_id)


@receiver(post_save, sender=User)
def ask_anew_who_changed(instance: User, created: bool, **_facts: Any) -> None:
    """Somebody may have been let in at the desk, or shut out of everything."""
    if not created:
        _forget(instance.pk)


def _forget(pk: int) -> None:
    transaction.on_commit(lambda: this.forget([subject_of(pk)], clock.now().timestamp()))
