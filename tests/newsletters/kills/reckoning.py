"""What must be true of every copy of an edition, whatever happened on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from newsletters.models import Claim, Delivery, Edition, SendState


@dataclass(frozen=True)
class Reckoning:
    """Addresses: who got it twice, who got nothing and stands nowhere, and who is listed as a doubt."""

    twice: list[str]
    skipped: list[str]
    doubtful: list[str]


def reckon(edition: Edition, arrived: Iterable[str]) -> Reckoning:
    """Compare what the next server took with what the ledger says. The edition must be through.

    Somebody is skipped whose copy neither arrived nor is doubtful, or arrived though the ledger says that it did not.
    """
    counted = Counter(address.lower() for address in arrived)
    states = dict(Delivery.objects.of_edition(edition).values_list("recipient__email", "state"))
    edition.refresh_from_db()
    assert edition.state == Edition.State.SENT
    assert len(states) == edition.audience_size
    assert dict(edition.tallies.filter(copies__gt=0).values_list("state", "copies")) == Counter(states.values())
    assert not Claim.objects.exists(), "no claim outlives what it held"
    return Reckoning(
        twice=[address for address, count in counted.items() if count > 1],
        skipped=[
            address
            for address, state in states.items()
            if state != SendState.UNCERTAIN and (state == SendState.ACCEPTED) != bool(counted[address])
        ],
        doubtful=[address for address, state in states.items() if state == SendState.UNCERTAIN],
    )
