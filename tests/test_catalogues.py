"""Translations are compiled without a system gettext, correctly and only when they have changed."""

from __future__ import annotations

import gettext
import os
from pathlib import Path

import pytest

from newsroom.catalogues import CatalogueError, compile_catalogues

ARABIC = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=6; plural=n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5;\\n"

msgid "Sign in"
msgstr "تسجيل الدخول"

msgctxt "month"
msgid "May"
msgstr "أيار"

msgid "May"
msgstr "قد"

#, python-format
msgid "%(count)s story"
msgid_plural "%(count)s stories"
msgstr[0] "لا قصص %(count)s"
msgstr[1] "قصة %(count)s"
msgstr[2] "قصتان %(count)s"
msgstr[3] "%(count)s قصص"
msgstr[4] "%(count)s قصة"
msgstr[5] "%(count)s قصة"

#, fuzzy
msgid "Sign out"
msgstr "مسودة"

#~ msgid "Gone"
#~ msgstr "ذهب"
"""


def write(root: Path, text: str, place: str = "locale/ar") -> Path:
    source = root / place / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(text, encoding="utf-8")
    return source


def test_plurals_contexts_and_drafts_are_as_gettext_means_them(tmp_path: Path) -> None:
    (result,) = compile_catalogues(write(tmp_path, ARABIC).parents[3])
    with result.open("rb") as file:
        arabic = gettext.GNUTranslations(file)
    assert arabic.gettext("Sign in") == "تسجيل الدخول"
    assert (arabic.gettext("May"), arabic.pgettext("month", "May")) == ("قد", "أيار")
    story = [arabic.ngettext("%(count)s story", "%(count)s stories", number) for number in (0, 1, 2, 5, 11, 100)]
    assert story == [
        "لا قصص %(count)s",
        "قصة %(count)s",
        "قصتان %(count)s",
        "%(count)s قصص",
        "%(count)s قصة",
        "%(count)s قصة",
    ]
    assert (arabic.gettext("Sign out"), arabic.gettext("Gone")) == ("Sign out", "Gone")


def test_only_what_is_newer_than_its_result_is_compiled(tmp_path: Path) -> None:
    source, other = write(tmp_path, ARABIC), write(tmp_path, ARABIC, "articles/locale/ar")
    assert compile_catalogues(tmp_path) == [other.with_suffix(".mo"), source.with_suffix(".mo")]
    assert compile_catalogues(tmp_path) == []
    os.utime(source, ns=(2**62, 2**62))
    assert compile_catalogues(tmp_path) == [source.with_suffix(".mo")]
    assert len(compile_catalogues(tmp_path, force=True)) == 2


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('msgid "Sign in"\nmsgstr "unfinished\n', "django.po:2: this is no comment"),
        (
            '#, python-format\nmsgid "%(count)s left"\nmsgstr "%(conut)s kaldı"\n',
            "django.po:2: unknown named placeholder",
        ),
        (
            'msgid "%(n)d story"\nmsgid_plural "%(n)d stories"\nmsgstr[0] "a"\n',
            "django.po:1: of the 6 plural forms some are empty",
        ),
    ],
)
def test_wrong_file_is_named_and_its_old_result_stays(tmp_path: Path, text: str, complaint: str) -> None:
    source = write(tmp_path, text)
    source.with_suffix(".mo").write_bytes(b"old")
    os.utime(source.with_suffix(".mo"), ns=(1, 1))
    with pytest.raises(CatalogueError, match=complaint):
        compile_catalogues(tmp_path)
    assert source.with_suffix(".mo").read_bytes() == b"old"


def test_folder_that_names_no_language_is_an_error_in_words(tmp_path: Path) -> None:
    write(tmp_path, ARABIC, "locale/klingon")
    with pytest.raises(CatalogueError, match="klingon"):
        compile_catalogues(tmp_path)
