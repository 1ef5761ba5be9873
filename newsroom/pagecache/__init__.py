"""The page cache: a layer before Django that answers with what Django made before, to whom it may be shown.

``layer`` is the WSGI application. A request's way through it is ``address`` (which page), ``tiers`` (who asks),
``variant`` (which copy), ``shelf`` (where it is), ``turns`` (who makes it), ``answers`` (what is sent).
``receivers`` and ``node`` take away what has changed, ``listening`` hears it from other processes. What views say to it
is in ``articles.surrogates``.
"""

# By how many seconds the clocks of two machines, or two requests that began together, may differ.
SKEW = 5.0
