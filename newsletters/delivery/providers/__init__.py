"""Mail providers: editions by their batch APIs, and what they report."""
