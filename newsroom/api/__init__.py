"""The read API. Texts come through ``articles.reading``: what is closed on the page is closed here."""
