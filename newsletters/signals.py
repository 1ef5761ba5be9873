"""What happened to mail, told to whoever listens. Facts in the past tense.

Sent with ``sender`` the module that did it and the arguments named below.
"""

from django.dispatch import Signal

# message: Message. A row stands in the ledger and waits to be sent; its transaction may not be committed yet.
message_written = Signal()
