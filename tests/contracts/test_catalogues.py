"""The Arabic and the Turkish interface say everything the English one says, with the same blanks to fill in."""

from __future__ import annotations

import ast
import re
import shutil
from collections import Counter
from gettext import GNUTranslations
from pathlib import Path

import pytest
import unfold
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.conf import settings
from django.utils.translation import gettext, override

from newsroom.catalogues import compile_catalogues
from tests.contracts.source import ROOT, modules

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sd]|\{\w*\}")
TAG = re.compile(r"<[^>]+>")
WRITES_WORDS = re.compile(r"_|(np|n|p)?gettext(_lazy|_noop)?")
# Every plural form of a language is wanted by some number below this.
NUMBERS = range(1000)


def source_of(language: str) -> Path:
    return ROOT / "locale" / language / "LC_MESSAGES" / "django.po"


def catalogue(language: str) -> Catalog:
    with source_of(language).open(encoding="utf-8") as file:
        return read_po(file, locale=language, abort_invalid=True)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def originals(message: Message) -> tuple[str, ...]:
    return (message.id,) if isinstance(message.id, str) else tuple(message.id)


def forms(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string)


def compiled(language: str, folder: Path) -> GNUTranslations:
    source = folder / "locale" / language / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    shutil.copy(source_of(language), source)
    (result,) = compile_catalogues(folder)
    with result.open("rb") as file:
        return GNUTranslations(file)


def forms_of_one_number(translations: GNUTranslations) -> set[int]:
    """The plural forms that a single number has to itself, as Arabic has one for 2: they need not repeat it."""
    wanted = Counter(translations.plural(number) for number in NUMBERS)
    return {form for form, numbers in wanted.items() if numbers == 1}


def keeps_placeholders(message: Message, alone: set[int]) -> bool:
    """True if a translation has the original's placeholders, each as often.

    A plural form needs those that both originals have, and may use those of either. A form with a number to itself may
    leave one out, if it has a name: `%` takes no value that it finds no place for.
    """
    if isinstance(message.string, str):
        return Counter(PLACEHOLDER.findall(message.string)) == Counter(PLACEHOLDER.findall(originals(message)[0]))
    singular, plural = (set(PLACEHOLDER.findall(text)) for text in originals(message))
    for form, text in enumerate(forms(message)):
        used = set(PLACEHOLDER.findall(text))
        missing = (singular & plural) - used
        spared = form in alone and len(missing) == 1 and not missing & {"%d", "%s"}
        if not used <= singular | plural or (missing and not spared):
            return False
    return True


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_message_is_translated_in_all_its_forms(language: str):
    plurals = catalogue(language).num_plurals
    left = [
        message.id
        for message in messages(language)
        if not all(forms(message)) or len(forms(message)) != (plurals if message.pluralizable else 1)
    ]
    assert left == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_translation_is_left_as_a_draft(language: str):
    assert [message.id for message in messages(language) if message.fuzzy] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_placeholders(language: str, tmp_path: Path):
    alone = forms_of_one_number(compiled(language, tmp_path))
    assert [message.id for message in messages(language) if not keeps_placeholders(message, alone)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_translations_keep_the_markup(language: str):
    changed = [
        message.id
        for message in messages(language)
        for text in forms(message)
        if Counter(TAG.findall(text)) != Counter(TAG.findall(originals(message)[0]))
    ]
    assert changed == []


def test_no_words_are_hidden_in_an_f_string():
    """What collects the words reads strings, not what an f-string computes: such words would stay English."""
    hidden = [
        f"{module.name}:{call.lineno}"
        for module in modules()
        for string in ast.walk(module.tree)
        if isinstance(string, ast.JoinedStr)
        for call in ast.walk(string)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and WRITES_WORDS.fullmatch(call.func.id)
    ]
    assert hidden == []


def test_the_languages_translate_the_same_messages():
    first, *others = [{(message.context, message.id) for message in messages(language)} for language in LANGUAGES]
    assert others
    assert all(other == first for other in others)


@pytest.mark.parametrize("language", LANGUAGES)
def test_catalogues_name_no_person_no_machine_and_no_hour(language: str):
    header, _, entries = source_of(language).read_text(encoding="utf-8").partition("\n\n")
    assert '"Project-Id-Version: newsroom\\n"' in header
    assert re.search(r"@|Last-Translator|Language-Team|Date:", header) is None
    assert re.search(r"^#[:~|]", entries, re.MULTILINE) is None


@pytest.mark.parametrize(
    ("language", "numbers"), [("ar", [0, 1, 2, 3, 11, 100]), ("tr", [1, 2])], ids=["Arabic", "Turkish"]
)
def test_compiled_catalogues_count_as_the_language_does(language: str, numbers: list[int], tmp_path: Path):
    translations = compiled(language, tmp_path)
    singular, plural = "%(minutes)s min read", "%(minutes)s min read"
    (message,) = [message for message in messages(language) if originals(message) == (singular, plural)]
    assert [translations.ngettext(singular, plural, number) for number in numbers] == list(forms(message))


UNFOLD = Path(unfold.__file__).parent
# The parts of Unfold for packages that are not installed here.
UNUSED = ("import_export", "simple_history", "guardian", "constance", "crispy", "forms/helpers/toolbar", "forms/array")
SAID = re.compile(r"""\{%\s*(?:trans|translate)\s+(["'])(?P<words>.*?)\1|\b_\(\s*(["'])(?P<code>.*?)\3""")


def words_of_the_desk() -> set[str]:
    """What the desk's library says in one form and in one piece."""
    files = [*UNFOLD.rglob("*.html"), *UNFOLD.rglob("*.py")]
    read = [path.read_text(encoding="utf-8") for path in files if not any(part in str(path) for part in UNUSED)]
    said = {found["words"] or found["code"] for text in read for found in SAID.finditer(text)}
    return {words for words in said if "%(" not in words and not words.endswith(" ")}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_desk_is_never_half_english(language):
    said = words_of_the_desk()
    with override(language):
        missing = {words for words in said if gettext(words) == words}
    assert len(said) > 100
    assert missing == set()
