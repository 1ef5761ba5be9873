from newsletters.models.editions import Edition, EditionItem
from newsletters.models.ledger import Delivery, Message, SendState
from newsletters.models.newsletters import Newsletter
from newsletters.models.rankings import Ranking
from newsletters.models.recipients import Recipient, Signup, Stream, Suppression

__all__ = [
    "Delivery",
    "Edition",
    "EditionItem",
    "Message",
    "Newsletter",
    "Ranking",
    "Recipient",
    "SendState",
    "Signup",
    "Stream",
    "Suppression",
]
