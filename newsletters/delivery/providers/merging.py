"""A variant of an edition as one letter for many readers, in a provider's words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from anymail.message import AnymailMessage

from newsletters.delivery.copies import Copy
from newsletters.delivery.providers.offers import Offer
from newsletters.delivery.stencils import Stencil
from newsletters.substitution import PLACE

# The name under which a copy's own token goes with it and comes back in reports. Providers give letters ids of their
# own, some one id to a whole call.
COPY = "copy"


class Merge:
    """The texts with the provider's places in them, and what each reader's places are filled with."""

    def __init__(self, stencil: Stencil, offer: Offer) -> None:
        self._sheet, self._places, self._offer = stencil.sheet, stencil.places, offer
        # The unsubscribing link stands in the head too, so its token is always the first.
        self._names = ["unsubscribe"]
        self._text, self._html = self._asking(self._sheet.text), self._asking(self._sheet.html)
        self._subject = offer.literal(" ".join(self._sheet.subject.split()))
        self._fields = [_field(number) for number in range(len(self._names))]
        self._makers = [self._places.token(name) for name in self._names]

    def message(self, readers: Sequence[tuple[str, Copy]]) -> AnymailMessage:
        """One message to all of them, who do not see each other: addresses as they go over the wire, no two alike."""
        before, behind = self._places.around("unsubscribe")
        fields, makers, edition = self._fields, self._makers, self._sheet.edition.hex
        data, headers, metadata = {}, {}, {}
        for address, copy in readers:
            own = [make(copy.public_id) for make in makers]
            data[address] = dict(zip(fields, own, strict=True))
            headers[address] = {"List-Unsubscribe": f"<{before}{own[0]}{behind}>"}
            metadata[address] = {COPY: f"e{edition}.{copy.public_id.hex}"}
        message = AnymailMessage(**self._shared(), to=list(data))
        message.merge_data, message.merge_headers, message.merge_metadata = data, headers, metadata
        if self._offer.leaves_links:
            message.track_clicks = message.track_opens = False
        return message

    def _shared(self) -> dict[str, Any]:
        return {
            "subject": self._subject,
            "body": self._text,
            "alternatives": [(self._html, "text/html")],
            "from_email": self._sheet.sender,
            "reply_to": [self._sheet.reply_to] if self._sheet.reply_to else None,
            "headers": dict(self._sheet.headers),
        }

    def _asking(self, text: str) -> str:
        """The text with the provider's places instead of ours, and nothing else that the provider would fill."""
        parts = PLACE.split(text)
        literals, names = parts[::2], parts[1::2]
        asking = [self._offer.literal(literals[0])]
        for name, literal in zip(names, literals[1:], strict=True):
            if name not in self._names:
                self._names.append(name)
            before, behind = self._places.around(name)
            place = self._offer.asking(_field(self._names.index(name)))
            asking.append(f"{before}{place}{behind}{self._offer.literal(literal)}")
        return "".join(asking)


def _field(number: int) -> str:
    return f"t{number}"
