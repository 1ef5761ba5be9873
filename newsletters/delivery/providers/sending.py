"""Editions by a provider's batch API: one call for a window of copies."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

from anymail.exceptions import AnymailError
from anymail.message import AnymailMessage
from django.conf import settings

from newsletters.delivery import mime
from newsletters.delivery.claim import LINE_REST
from newsletters.delivery.copies import Copy
from newsletters.delivery.dispatch import Load
from newsletters.delivery.outcomes import Outcome, Verdict
from newsletters.delivery.providers import answers, weather
from newsletters.delivery.providers.merging import Merge
from newsletters.delivery.providers.offers import Offer, backend_of, offer_of, payload_of
from newsletters.delivery.stencils import Stencil

log = logging.getLogger(__name__)

_UNASKED = Outcome(Verdict.LINE_DOWN, "The provider was not asked.")
_TWICE = Outcome(Verdict.DEFERRED, "Another letter of the same call goes to this address.")


class ByProvider:
    """A window to a call. After a call that was not clearly answered, this sender makes no other.

    The next one begins with a single letter, and doubles with each clear answer: a provider that is ill has few of them
    in doubt, and a letter for which a whole call is refused is soon found to be the one.
    """

    def __init__(self, offer: Offer, backend: Any) -> None:
        self._offer, self._backend = offer, backend
        self._merges: WeakKeyDictionary[Stencil, Merge] = WeakKeyDictionary()
        self._is_over = False
        self._most: int | None = None

    @property
    def window(self) -> int:
        self._most = 1 if self._is_over else weather.most()
        return min(self._most or self._offer.window, self._offer.window)

    def loads(self, groups: Sequence[tuple[Stencil, Sequence[Copy]]]) -> list[Load]:
        """A call for each variant."""
        return [self.load(stencil, copies) for stencil, copies in groups]

    def load(self, stencil: Stencil, copies: Sequence[Copy]) -> Load:
        readers, unfit = _readers(copies)
        call = self._call(stencil, readers) if readers else None

        def hand_over() -> list[Outcome]:
            told = self._told(call, list(readers)) if call is not None else []
            by_recipient = dict(zip((copy.recipient for copy in readers.values()), told, strict=True)) | unfit
            return [by_recipient[copy.recipient] for copy in copies]

        return hand_over

    def _call(self, stencil: Stencil, readers: Mapping[str, Copy]) -> _Call | Outcome:
        """All that is to be said, or why it cannot be: then it is us, and the letters wait until it is mended."""
        merge = self._merges.get(stencil) or self._merges.setdefault(stencil, Merge(stencil, self._offer))
        try:
            message = merge.message(list(readers.items()))
            return _Call(message, payload_of(self._offer, message, self._backend))
        except (AnymailError, ValueError, TypeError) as error:
            return answers.to_error(error)

    def _told(self, call: _Call | Outcome, addresses: Sequence[str]) -> list[Outcome]:
        if self._is_over or weather.is_paused():
            return [_UNASKED] * len(addresses)
        told = call if isinstance(call, Outcome) else self._posted(call, addresses)
        if isinstance(told, Outcome):
            self._is_over = True
            weather.pause(told.retry_after or LINE_REST)
            weather.complain(f"{told.verdict}: {told.reply}")
            return [told] * len(addresses)
        if self._most is not None:
            weather.trust(2 * self._most if self._most < self._offer.window else None)
        return told

    def _posted(self, call: _Call, addresses: Sequence[str]) -> list[Outcome] | Outcome:
        """What the provider says of each letter, or one outcome for all where it says nothing of them."""
        try:
            response = self._backend.post_to_esp(call.payload, call.message)
        except Exception as error:
            return answers.to_error(error, is_alone=len(addresses) == 1)
        try:
            statuses = self._backend.parse_recipient_status(response, call.payload, call.message)
            return answers.to_letters(statuses, addresses, response)
        except Exception:
            # The provider has the letters and said something; whatever of that is not understood leaves a doubt.
            return answers.to_nonsense(response)


class _Call(NamedTuple):
    message: AnymailMessage
    payload: Any


@contextmanager
def connected() -> Iterator[ByProvider]:
    """The way by the provider of the settings, over connections that are kept from call to call.

    Raises:
        ImproperlyConfigured: editions cannot go that way.
    """
    offer = offer_of(settings.EMAIL_PROVIDER)
    backend = backend_of(offer)
    backend.open()
    # To follow would be to say everything again, or nothing, at an address nobody has named.
    backend.session.max_redirects = 0
    try:
        yield ByProvider(offer, backend)
    finally:
        backend.close()


def _readers(copies: Sequence[Copy]) -> tuple[dict[str, Copy], dict[int, Outcome]]:
    """The copies by their addresses on the wire, and those that cannot go in this call: that concerns nobody else."""
    readers: dict[str, Copy] = {}
    unfit: dict[int, Outcome] = {}
    for copy in copies:
        try:
            if readers.setdefault(mime.header_address(copy.address), copy) is not copy:
                unfit[copy.recipient] = _TWICE
        except ValueError as error:
            log.warning("the copy for recipient %s cannot be written: %s", copy.recipient, type(error).__name__)
            unfit[copy.recipient] = Outcome(Verdict.REFUSED, f"It could not be written: {error}"[:500])
    return readers, unfit
