"""What happened to the news, told to whoever listens higher up. Facts in the past tense, sent after commit.

Each is sent with ``sender`` the module that did it and the arguments named below; ``at`` is the moment it happened.
"""

from django.dispatch import Signal

# article: Article. Readers see it for the first time.
article_published = Signal()
# article: Article. Its live text changed: an update or a correction.
article_updated = Signal()
# article: Article. It was taken off the site, retracted or unpublished.
article_withdrawn = Signal()
# registration: Registration. Somebody has a place at an event.
event_registered = Signal()
# event: Event, user: User. Somebody gave their place back.
event_left = Signal()
