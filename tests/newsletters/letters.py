"""Every message a reader can get, whole, in one language: for those who look at them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from allauth.account.adapter import get_adapter
from allauth.core.context import request_context
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.test import RequestFactory, override_settings
from django.utils import translation
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from newsletters.digests.printing import as_it_reads
from newsletters.models import Message
from newsletters.presenting import render_edition
from newsletters.rendering import Rendered
from tests.contracts.source import ROOT
from tests.contracts.test_every_message_renders import KINDS, LANGUAGES, written
from tests.engines import chromium_or_skip
from tests.journeys.conftest import FLAGS
from tests.newsletters.builders import AT, edition, kept_pictures, memo, newsletter, picture, story
from tests.newsletters.digests.press import industries, of, review_list

__all__ = ["LANGUAGES", "NAMES", "Letter", "every", "window"]

EDITION, REVIEW = "edition", "review"
# What the library that signs people in sends, by the folder its words stand in.
ACCOUNT = tuple(
    sorted(
        str(path.relative_to(ROOT / "templates")).removesuffix("_message.txt")
        for folder in ("account", "socialaccount")
        for path in (ROOT / "templates" / folder / "email").glob("*_message.txt")
        if not path.name.startswith("base_")
    )
)
NAMES = (EDITION, REVIEW, *ACCOUNT, *KINDS)
_STORIES = {
    "en": (
        "The harbour authority that nobody elected now decides what the city eats, and what it costs to unload it",
        "Grain ships wait eleven days outside the breakwater while two ministries argue over a single signature.",
        "Good morning.\n\nThe port opened again at four, an hour later than promised, and the first ship was not the "
        "one that had waited longest.",
    ),
    "ar": (
        "هيئة المرفأ التي لم ينتخبها أحد باتت تقرّر ما تأكله المدينة، وما يكلّفه تفريغ كل شحنة على أرصفتها",
        "تنتظر سفن الحبوب أحد عشر يومًا خارج كاسر الأمواج، فيما تتنازع وزارتان على توقيع واحد لا غير.",
        "صباح الخير.\n\nعاد المرفأ إلى العمل عند الرابعة، متأخرًا ساعة عن الموعد، ولم تكن أولى السفن أطولها انتظارًا.",
    ),
    "tr": (
        "Kimsenin seçmediği liman idaresi artık kentin ne yiyeceğine ve yükün kaça boşaltılacağına karar veriyor",
        "İki bakanlık tek bir imza için çekişirken tahıl gemileri mendireğin dışında on bir gün bekliyor.",
        "Günaydın.\n\nLiman söz verilenden bir saat geç, dörtte açıldı; ilk giren gemi en çok bekleyen değildi.",
    ),
}


@dataclass(frozen=True)
class Letter:
    name: str
    language: str
    subject: str
    text: str
    html: str

    @property
    def direction(self) -> str:
        return "rtl" if self.language == "ar" else "ltr"


def every(language: str) -> list[Letter]:
    """One of each kind; what has to be written for it is taken back."""
    return [_written_and_taken_back(name, language) for name in NAMES]


@contextmanager
def window() -> Iterator[Page]:
    """A window that reaches nobody, as mail is read, but for one photograph in place of all. It opens after all is
    written: its loop and rows do not mix."""
    path = str(chromium_or_skip())
    with sync_playwright() as driver, driver.chromium.launch(executable_path=path, args=list(FLAGS)) as browser:
        page = browser.new_context(offline=True).new_page()
        page.route("**/media/**", lambda route: route.fulfill(body=_photograph(), content_type="image/jpeg"))
        yield page


def _photograph() -> bytes:
    file = io.BytesIO()
    Image.linear_gradient("L").rotate(45).resize((1120, 747)).save(file, "JPEG")
    return file.getvalue()


def _written_and_taken_back(name: str, language: str) -> Letter:
    with transaction.atomic():
        letter = _one(name, language)
        transaction.set_rollback(True)
    return letter


def _one(name: str, language: str) -> Letter:
    if name == EDITION:
        return _edition(language)
    if name == REVIEW:
        return _review(language)
    message = _of_an_account(name, language) if name in ACCOUNT else written(name, language)
    return Letter(name, message.headers["Content-Language"], message.subject, message.text, message.html)


def _edition(language: str) -> Letter:
    headline, standfirst, introduction = _STORIES[language]
    fields = {"language": language, "standfirst": standfirst}
    with kept_pictures():
        lead = story(headline, lead_picture=picture(standfirst), **fields)
        stories = (lead, memo(headline, language=language), story(headline[:48], **fields))
        paragraphs = "".join(f"<p>{part}</p>" for part in introduction.split("\n\n"))
        letter = newsletter(language=language, picture=picture(headline))
        made = edition(letter, *stories, introduction=paragraphs, subject=headline)
        content = render_edition(made, AT)
    return _as_read(EDITION, language, content)


def _review(language: str) -> Letter:
    headline, standfirst, introduction = _STORIES[language]
    named, fields = industries(), {"language": language, "standfirst": standfirst}
    with kept_pictures():
        pinned = story(headline[:60], lead_picture=picture(standfirst), **fields)
        stories = [of(each, headline, **fields) for each in named]
        letter = review_list(language=language, most_items=4, name="The Review", picture=picture(headline))
        made = edition(letter, *stories, pinned, introduction=f"<p>{introduction}</p>", subject=headline)
        made.items.filter(article=pinned).update(is_pinned=True)
        content = as_it_reads(made, AT, order=[named[1].pk])
    return _as_read(REVIEW, language, content)


def _as_read(name: str, language: str, content: Rendered) -> Letter:
    parts = (
        part.replace("[[unsubscribe]]", "x").replace("[[preferences]]", "x") for part in (content.text, content.html)
    )
    return Letter(name, language, content.subject, *parts)


def _of_an_account(prefix: str, language: str) -> Message:
    """As the library has it sent, from a request in the language."""
    address = "aylin.sahin.the.younger@correspondence.example.org"
    context = {
        "code": "BCDF-2345",
        "email": address,
        "from_email": address,
        "to_email": "moved@example.net",
        "ip": "192.0.2.7",
        "user_agent": "Chrome on Windows",
        "signup_url": "https://thecorniche.example/accounts/signup/",
        "provider": {"name": "Microsoft"},
        "account": {"extra_data": {"email": address}},
    }
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), {}  # type: ignore[assignment]
    backend = "newsletters.delivery.backend.LedgerBackend"
    with translation.override(language), request_context(request), override_settings(EMAIL_BACKEND=backend):
        get_adapter().send_mail(prefix, address, context)
    return Message.objects.latest("pk")
