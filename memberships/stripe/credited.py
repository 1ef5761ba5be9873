"""What Stripe says of a credit note, as our own dataclass; read as strictly as in :mod:`.remote`."""

from __future__ import annotations

from dataclasses import dataclass

from memberships.stripe.payload import Payload
from memberships.stripe.returned import KEY


@dataclass(frozen=True)
class RemoteCreditNote:
    """``key`` is that of the refund of ours that it documents, else empty."""

    id: str
    number: str
    pdf_url: str
    key: str

    @classmethod
    def read(cls, content: object) -> RemoteCreditNote:
        payload = Payload(content)
        return cls(
            id=payload.required("id"),
            number=payload.required("number"),
            pdf_url=payload.text("pdf"),
            key=payload.part("metadata").text(KEY),
        )
