"""Fills a new database with the demo publication, through the same rules the desk and the tills use."""
