"""One style sheet and one script over the wire, many files to read and write.

``css/site.css`` and ``js/site.js`` consist of imports, which a browser follows by itself: that is what development and
tests serve. Where files are collected, what they import is put in their place, so that a page waits for one request
where it would for ten.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import Storage
from whitenoise.storage import CompressedManifestStaticFilesStorage

BUNDLES = ("css/site.css", "js/site.js")
_STYLES = re.compile(r'^@import url\("(?P<name>[\w-]+\.css)"\)(?: (?P<medium>\w+))?;$', re.MULTILINE)
_SCRIPT = re.compile(r'^import "\./(?P<name>[\w-]+\.js)";$', re.MULTILINE)
_REMARK = re.compile(r"/\*.*?\*/\s*", re.DOTALL)
# What a line of a style sheet begins with means nothing, and no text there goes over several.
_INDENT = re.compile(r"^[ \t]+", re.MULTILINE)


class BundlingStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Puts the parts of the bundles together before names get their hashes and files are compressed."""

    def post_process(
        self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """What Django asks for after collecting; ``paths`` says for each name which storage its file is from."""
        if not dry_run:
            for name in filter(paths.__contains__, BUNDLES):
                text = put_together(name, paths)
                self.delete(name)
                self.save(name, ContentFile(text.encode()))
                paths[name] = (self, name)
        yield from super().post_process(paths, dry_run, **options)


def put_together(name: str, paths: dict[str, tuple[Storage, str]]) -> str:
    """The text of a bundle with everything it imports, in that order.

    A part of the style sheet is for one medium where its import says so. A part of the script is a block, which keeps
    its names to itself as a module does; one that waits for something belongs last.
    """
    folder = PurePosixPath(name).parent

    def style(found: re.Match[str]) -> str:
        text = _INDENT.sub("", _REMARK.sub("", _text(str(folder / found["name"]), paths)))
        return f"@media {found['medium']} {{\n{text}}}" if found["medium"] else text

    def script(found: re.Match[str]) -> str:
        return f"{{\n{_text(str(folder / found['name']), paths)}}}"

    text = _REMARK.sub("", _text(name, paths))
    return _STYLES.sub(style, text) if name.endswith(".css") else _SCRIPT.sub(script, text)


def _text(name: str, paths: dict[str, tuple[Storage, str]]) -> str:
    storage, path = paths[name]
    with storage.open(path) as file:
        return str(file.read(), "utf-8")
