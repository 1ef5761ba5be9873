"""Whether every picture of a letter will be seen, and heard of by those who do not see it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import Storage, default_storage
from django.urls import is_valid_path
from django.utils.translation import gettext as _

from newsletters.pictures import MOST_BYTES, size_of
from newsletters.preflight.links import is_of_this_machine, is_ours, parts_of
from newsletters.preflight.page import Image


def problems(images: Iterable[Image]) -> Iterator[str]:
    """A sentence for each picture that is wrong, however often it stands there."""
    for image in dict.fromkeys(images):
        problem = _problem(image)
        if problem:
            which = _("The picture %(address)s:") % {"address": image.src}
            yield f"{which} {problem}"


def _problem(image: Image) -> str:
    parts = parts_of(image.src)
    # Mail programs show no picture that came over an open line; without a certificate of our own there is no other.
    schemes = {"https", urlsplit(settings.SITE_URL).scheme}
    if parts is None or parts.scheme not in schemes or not parts.hostname:
        return _("It has no full address. Begin it with https://.")
    if is_ours(parts):
        if not _is_there(unquote(parts.path)):
            return _("There is no such file on our site.")
        if (size := size_of(parts.path) or 0) > MOST_BYTES:
            sizes = {"size": size // 1000, "most": MOST_BYTES // 1000}
            return _("It has %(size)s KB, and at most %(most)s KB are loaded before a reader scrolls on.") % sizes
    elif settings.IS_PRODUCTION and is_of_this_machine(parts.hostname):
        return _("It leads to a machine that readers do not reach.")
    if not image.has_alt:
        return _("It has no description for those who do not see it.")
    return ""


def _is_there(path: str) -> bool:
    if path.startswith(settings.MEDIA_URL):
        return _holds(default_storage, path.removeprefix(settings.MEDIA_URL))
    if path.startswith(settings.STATIC_URL):
        name = path.removeprefix(settings.STATIC_URL)
        return _holds(staticfiles_storage, name) or (settings.WHITENOISE_USE_FINDERS and bool(finders.find(name)))
    return bool(is_valid_path(path))


def _holds(storage: Storage, name: str) -> bool:
    try:
        return bool(name) and storage.exists(name)
    except SuspiciousFileOperation:
        return False
