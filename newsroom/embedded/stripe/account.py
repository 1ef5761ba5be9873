"""What an account decides and the API does not: what becomes of a subscription nobody pays for, and of an invoice."""

import json
from dataclasses import asdict, dataclass

from newsroom.embedded.stripe.errors import invalid
from newsroom.embedded.stripe.store import Store

AFTER_RETRIES = ("cancel", "unpaid", "past_due", "pause")
WHEN_OVERDUE = ("cancel", "unpaid", "past_due")
NEXT_INVOICE = ("finished", "unfinished")
_NOTE = "account"


@dataclass(frozen=True)
class Account:
    """``after_retries`` is for cards, once the last retry has failed; ``when_overdue`` for invoices that were sent and
    are thirty days past their due date. ``next_invoice`` is whether the next draft whose time comes can be finished."""

    after_retries: str = "cancel"
    when_overdue: str = "past_due"
    next_invoice: str = "finished"

    def __post_init__(self) -> None:
        decided = {"after_retries": AFTER_RETRIES, "when_overdue": WHEN_OVERDUE, "next_invoice": NEXT_INVOICE}
        for name, words in decided.items():
            if getattr(self, name) not in words:
                raise invalid(f"{name} is one of {', '.join(words)}.", name)

    @classmethod
    def of(cls, store: Store) -> "Account":
        return cls(**json.loads(store.note(_NOTE, "{}")))

    def write(self, store: Store) -> None:
        store.write_note(_NOTE, json.dumps(asdict(self)))
