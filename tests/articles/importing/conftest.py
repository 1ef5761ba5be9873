from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.factories.articles import format_of

FILES = Path(__file__).resolve().parent / "files"


@pytest.fixture
def run() -> Callable[..., list[str]]:
    """Runs ``manage.py import_wordpress`` and answers the lines it wrote."""
    format_of("news")

    def run(file: str | Path = "old_quay.wxr.xml", **options: object) -> list[str]:
        written = io.StringIO()
        call_command("import_wordpress", str(FILES / file), stdout=written, stderr=io.StringIO(), **options)
        return written.getvalue().splitlines()

    return run
