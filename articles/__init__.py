"""Tells the news: writing, publishing, presenting, searching and events. May import ``memberships``, nothing higher."""
