"""The public pages of the news."""
