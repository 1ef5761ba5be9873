"""The read API. What a reader may not read on the page they may not read here: texts come through ``articles.reading``."""
