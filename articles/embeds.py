"""Pages elsewhere that a text may point to with a card. Nothing of theirs is loaded: the reader decides to go there."""

from __future__ import annotations

from urllib.parse import urlsplit

# Host, without "www.", to the name readers know it by.
PROVIDERS = {
    "youtube.com": "YouTube",
    "youtu.be": "YouTube",
    "vimeo.com": "Vimeo",
    "x.com": "X",
    "twitter.com": "X",
    "bsky.app": "Bluesky",
    "instagram.com": "Instagram",
    "facebook.com": "Facebook",
    "threads.net": "Threads",
    "tiktok.com": "TikTok",
    "t.me": "Telegram",
    "linkedin.com": "LinkedIn",
    "open.spotify.com": "Spotify",
    "podcasts.apple.com": "Apple Podcasts",
    "soundcloud.com": "SoundCloud",
    "datawrapper.de": "Datawrapper",
    "datawrapper.dwcdn.net": "Datawrapper",
    "flourish.studio": "Flourish",
    "documentcloud.org": "DocumentCloud",
    "slideshare.net": "SlideShare",
}


def provider_of(url: str) -> str:
    """The provider's name, or ``""`` for an address that is not https or not one of theirs."""
    try:
        parts = urlsplit(url)
        host = (parts.hostname or "").lower()
    except ValueError:
        return ""
    if parts.scheme != "https" or "@" in parts.netloc:
        return ""
    labels = host.split(".")
    candidates = (".".join(labels[start:]) for start in range(len(labels) - 1))
    return next((PROVIDERS[name] for name in candidates if name in PROVIDERS), "")
