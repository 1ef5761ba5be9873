"""Which messages went to somebody, from the ledger, for a bank that asks."""

from __future__ import annotations

from django.db.models import Q

from memberships.evidence import Block
from memberships.models import User
from newsletters.models import Message


def messages_to(user: User) -> Block:
    """Every message about their account; *accepted* means that the next server took it."""
    return _sent(Q(recipient__user=user) | Q(recipient__email=user.email))


def messages_to_address(address: str) -> Block:
    """The same for somebody without an account."""
    return _sent(Q(recipient__email=address.lower()))


def _sent(theirs: Q) -> Block:
    rows = Message.objects.filter(theirs).order_by("created_at", "id")
    columns = "written kind subject state settled what_the_server_said"
    return Block.of(
        "messages",
        columns,
        rows.values_list("created_at", "kind", "subject", "state", "settled_at", "reply"),
    )
