"""What is paid for in a small publication, in every form, and every public address at which it could be met."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from django.conf import settings
from django.core.files.base import ContentFile

from articles import publishing
from articles.media import recordings
from articles.media.recordings import add_recording
from articles.models import Article, Chart, Recording
from articles.models.recordings import PRIVATE
from memberships import clock
from newsletters.models import EditionItem
from tests.articles.builders import picture
from tests.articles.media import files
from tests.contracts import house
from tests.contracts.house import FILED, House
from tests.factories.articles import BREAK, author, country, make_article, series, topic

SENTENCE = "The boatswain Zebulon keeps a quicksilver register."
CANARIES = {
    "a sentence": SENTENCE,
    "a key point": "Murexide pays the pilots.",
    "a chart's title": "Wolfram through the strait",
    "a chart's row": "Petrichor Lines",
    "a chart's figure": "48,613.7",
    "a caption": "Mr Oublier signs the verdigris treaty.",
    "a picture": "An xylograph of the cabal",
}
# Not on the page itself, not even a member's, but at its recording's addresses.
HEARD = {"a recording": "Theremin of the narwhal", "a caption that is read": "Gossamer barques, says the pilot."}
NOTE = "For members: the sextant memo names the buyer."
FORMS = ("feed.rss", "feed.atom", "feed.json")
API = ("articles", "sections", "topics", "countries", "series", "authors", "newsletters", "events", "vocabulary")


def build() -> House:
    """A house with a memo whose paid part holds every canary, and a premium edition with a note of its own."""
    whole = house.build()
    return House(**{**vars(whole), "memo": _memo(whole)})


def _memo(whole: House) -> Article:
    Chart.objects.create(
        slug="wolfram",
        title=CANARIES["a chart's title"],
        kind="line",
        labels=["2024", "2025"],
        rows=[{"name": CANARIES["a chart's row"], "values": [1, 48613.7]}],
    )
    shown = picture(CANARIES["a picture"])
    body = (
        f"<p>The opening is for everybody.</p>{BREAK}<p>{SENTENCE}</p>"
        f'<aside class="key-points"><ul><li>{CANARIES["a key point"]}</li></ul></aside>'
        f'<figure data-chart="wolfram"></figure>'
        f'<figure data-picture="{shown.public_id}"><figcaption>{CANARIES["a caption"]}</figcaption></figure>'
    )
    filed = {"topics": [topic()], "country": country(), "series": series(), "bylines": [(author(), "")]}
    memo = make_article("What the strait is worth", kind="memo", body=body, recording=_film(), **filed)
    _correct(memo)
    EditionItem.objects.create(edition=whole.edition, article=memo, position=3)
    EditionItem.objects.create(edition=whole.premium_edition, article=memo, position=3, note=NOTE)
    return memo


def _film() -> Recording:
    captions = files.CAPTIONS + f"\n00:03.000 --> 00:04.000\n{HEARD['a caption that is read']}\n".encode()
    data = ContentFile(files.film() + files.box(b"free", HEARD["a recording"].encode()), "strait.mp4")
    return add_recording(data, "The strait, filmed", "", None, clock.now(), captions=ContentFile(captions))


def _correct(memo: Article) -> None:
    """Take a paid sentence out and put it back, so that a former text that kept too much would hold it."""
    draft, whole_text = memo.draft, memo.draft.body
    for body, headline in ((whole_text.replace(SENTENCE, ""), "What it was worth"), (whole_text, memo.headline)):
        draft = publishing.save(draft, draft.number, {"body": body, "headline": headline}, None, clock.now())
        publishing.publish(memo, None, clock.now())
    publishing.correct(memo, "It is worth less.", None, clock.now())
    memo.refresh_from_db()


def surfaces(whole: House) -> Iterator[str]:
    """Every address at which the memo, or a word about it, could be met without holding PRO."""
    memo = whole.memo.get_absolute_url()
    yield from (memo, f"{memo}?print", f"{memo}?print=1&language=ar", f"{memo}?page=2", f"{memo}?text=complete")
    yield from (whole.news.get_absolute_url(), whole.arabic.get_absolute_url())
    yield from ("/", "/ar/", "/tr/", "/pro/", "/pro/memos/", "/pro/trend-reports/", "/pro/industries/", "/events/")
    for kind, slug in FILED.items():
        yield f"/{kind}/{slug}/"
        yield from (f"/{kind}/{slug}/{form}" for form in FORMS)
    yield from (f"/{form}" for form in FORMS)
    yield from (f"/pro/{kind}/{form}" for kind in ("memos", "trend-reports") for form in FORMS)
    yield from ("/sitemap.xml", "/sitemap-lists.xml", "/news-sitemap.xml", "/robots.txt")
    yield f"/sitemap-{whole.memo.year}-{whole.memo.month:02d}.xml"
    yield from (f"/api/v1/{name}/" for name in API)
    yield from ("/api/schema/", f"/api/v1/articles/{whole.memo.public_id}/", "/api/v1/articles/?format=memo&limit=100")
    yield f"/api/v1/articles/{whole.memo.public_id}/?text=complete"
    yield from of_the_recording(whole)
    yield from (f"{memo}changes/", f"/account/here.json?key=story:{whole.memo.public_id}", "/offline/")
    yield "/newsletters/"
    for edition in (whole.edition, whole.premium_edition):
        yield from (edition.newsletter.get_absolute_url(), edition.get_absolute_url())
    for form in ("json", "xml"):
        yield f"/oembed/?format={form}&url={settings.SITE_URL}{memo}"
    yield f"/embed/{whole.memo.public_id}/"
    yield from ("/search/?q=strait", "/search/?q=strait&pro=only&format=memo", "/search/suggest/?q=strait")


def of_the_recording(whole: House) -> Iterator[str]:
    """Its own addresses, also with links nobody was given, and every address its files might have by mistake."""
    memo = whole.memo
    for own in (recordings.address(memo), f"{memo.get_absolute_url()}captions.vtt"):
        yield from (own, f"{own}?gift={memo.public_id}", f"{own}?pass=x", f"{own}?print")
    for file in (memo.recording.file, memo.recording.captions):
        yield from (f"/media/{file.name}", f"/media/{PRIVATE}/{file.name}", f"/static/{file.name}", f"/{file.name}")
    for part in ("file", "captions"):
        yield f"/admin/articles/recording/{memo.recording.public_id}/{part}/"


def shown(html: str) -> list[str]:
    return [name for name, words in {**CANARIES, **HEARD, "a note": NOTE}.items() if words in html]


def found_by(ask: Callable[[str], tuple[int, str]], whole: House) -> dict[str, list[str]]:
    """By address, what somebody sees of it who may see nothing. ``ask`` gives the status and the text of an answer."""
    found, files_of_it = {}, set(of_the_recording(whole))
    for address in surfaces(whole):
        status, text = ask(address)
        assert status in ({302, 403, 404} if address in files_of_it else {200, 403}), (address, status)
        if seen := shown(text):
            found[address] = seen
    return found
