import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from newsletters import prose
from newsletters.rendering.text import text_of

TAGS = ("p", "ul", "ol", "li", "strong", "em", "a", "blockquote", "h2", "table", "td", "figure", "span", "script")
pieces = st.one_of(st.sampled_from([f"<{end}{tag}>" for tag in TAGS for end in ("", "/")]), st.text(max_size=6))
LIST = '<p>Read <a href="https://example.org/a?b=1&amp;c=2">this</a>.<br>Now.</p><ul><li>Tea &amp; milk</li></ul>'


@pytest.mark.parametrize(
    ("pasted", "kept"),
    [
        ("<h2>Head</h2><p>a <u>b</u> <code>c</code></p>", "<p>Head</p><p>a b c</p>"),
        ('<p dir="rtl" style="color:red" class="x">أ</p>', '<p dir="rtl">أ</p>'),
        ('<p><a href="javascript:x()">one</a> <a href="mailto:a@example.org" onclick="x">two</a></p>',
         '<p>one <a href="mailto:a@example.org">two</a></p>'),
        ("<blockquote><p>said</p></blockquote><hr><p> </p>", "<p>said</p>"),
        ("no tag at all", "<p>no tag at all</p>"),
        ("<script>alert(1)</script>", ""),
    ],
)  # fmt: skip
def test_only_what_a_letter_can_show_is_kept(pasted, kept):
    assert prose.clean(pasted) == kept


@given(st.lists(pieces, max_size=12).map("".join))
def test_what_is_kept_is_kept_as_it_is(html):
    kept = prose.clean(html)
    assert prose.clean(kept) == kept
    assert "".join(prose.blocks(kept)) == kept
    note = prose.clean_line(html)
    assert prose.clean_line(note) == note
    assert "<p" not in note


def test_mail_carries_every_look_itself_and_text_says_where_links_lead():
    assert prose.for_mail(LIST) == (
        '<p dir="auto" style="margin:0">Read <a href="https://example.org/a?b=1&amp;c=2" '
        'style="color:#0b4f5e;text-decoration:underline">this</a>.<br>Now.</p>'
        '<ul dir="auto" style="margin:0;padding:0 22px"><li>Tea &amp; milk</li></ul>'
    )
    assert text_of(LIST) == "Read this (https://example.org/a?b=1&c=2).\nNow.\n\n* Tea & milk"
    assert text_of(prose.clean_line(LIST)) == "Read this (https://example.org/a?b=1&c=2). Now. Tea & milk"
    with translation.override("ar"):
        assert "italic" not in prose.for_mail("<p><em>أ</em></p>")
