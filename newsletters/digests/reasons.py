"""“Why this story?”, in one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _

from newsletters.digests.allocating import Pick, Reason


def why(pick: Pick, names: Mapping[int, str]) -> str:
    """In the language of the moment, in which the ``names`` of the industries are too; plain text, not markup."""
    if pick.reason is Reason.PINNED:
        return _("The editors chose this story for everybody.")
    if pick.industry is None:
        return _("There was room for one more story.")
    return _sentence(pick.reason) % {"industry": names[pick.industry], "rank": pick.rank}


def _sentence(reason: Reason) -> str:
    if reason is Reason.RANKED:
        return _("%(industry)s is number %(rank)s in your order.")
    if reason is Reason.FLOOR:
        return _("One story from %(industry)s, so that no industry is left out.")
    return _("There was room for one more story from %(industry)s.")
