"""The text part of a letter, read off its MJML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsletters.rendering.text import RULE, text_of

LETTER = """
<mjml lang="en"><mj-head><mj-title>Seen by nobody</mj-title><mj-style>a { color: red; }</mj-style></mj-head>
<mj-body><mj-section><mj-column>
  <mj-text css-class="brand" padding="0 20px 4px"><a href="https://quay.example/">The Quay</a></mj-text>
  <mj-text padding="0 20px 10px">Morning &nbsp;·&nbsp; Tea &amp; salt</mj-text>
  <mj-divider />
  <mj-image alt="Ships at dawn" href="https://quay.example/a/?pass=[[pass:1]]&amp;utm=x" src="/a.jpg" />
  <mj-text padding="0 20px 6px">Analysis</mj-text>
  <mj-text padding="0 20px 8px"><h2><a href="https://quay.example/a/?pass=[[pass:1]]&amp;utm=x">A long
    headline &lt;of&gt; two lines</a></h2></mj-text>
  <mj-text>One<br>two.<br /><br />Three in <strong>bold</strong>.</mj-text>
  <mj-button href="https://quay.example/b/">Read on</mj-button>
  <mj-text><span><a href="[[unsubscribe]]">Stop</a> &nbsp;·</span>&nbsp; <a href="[[preferences]]">Choose</a></mj-text>
</mj-column></mj-section></mj-body></mjml>
"""
AS_TEXT = f"""\
The Quay
Morning · Tea & salt

{RULE}

(Ships at dawn)

Analysis
A long headline <of> two lines
https://quay.example/a/?pass=[[pass:1]]&utm=x

One
two.

Three in bold.

Read on:
https://quay.example/b/

Stop: [[unsubscribe]]
Choose: [[preferences]]"""


def test_letter_reads_as_it_stands_in_the_tree() -> None:
    assert text_of(LETTER) == AS_TEXT


@pytest.mark.parametrize(
    ("piece", "text"),
    [
        # Links: the address once, where it can be told from the words.
        ('<p>Write to <a href="mailto:desk@quay.example">the desk</a> or wait.</p>',
         "Write to the desk (desk@quay.example) or wait."),
        ('<p>It stands at <a href="https://quay.example/">quay.example</a></p>', "It stands at quay.example"),
        ('<p>With two clicks: <a href="/x">Cancel</a><br><a href="/x">Here too</a></p>',
         "With two clicks:\nCancel: /x\nHere too"),
        ('<p><a href="https://quay.example/x">أوقف هذه النشرة</a></p>', "أوقف هذه النشرة:\nhttps://quay.example/x"),
        ('<mj-image alt="A quay" href="/only"/>', "(A quay)\n/only"),
        ('<p><a href="/x"><img alt="A quay"></a></p><h2><a href="/x">Tea</a></h2>', "(A quay)\n\nTea\n/x"),
        ('<mj-image alt="" href="/nothing" /><p><a href="/"><img alt=""></a><img alt="Logo"> says</p>', "(Logo) says"),
        # Lists and tables have their parts in lines, and nothing is lost behind them.
        ("<p>First</p><ul><li>tea<li><p>salt</p></li></ul><ol><li>one</li><li>two</li></ol><p>Last</p>",
         "First\n\n* tea\n* salt\n\n1. one\n2. two\n\nLast"),
        ("<mj-table><tr><th>Port</th><td>Days</td></tr><tr><td>Tripoli</td><td>11</td></tr></mj-table><p>Last</p>",
         "Port · Days\nTripoli · 11\n\nLast"),
        ("<blockquote>Read well.<br><br>Lina</blockquote>After", "> Read well.\n>\n> Lina\n\nAfter"),
        # What nobody sees, and what is empty.
        ('<p>a<span aria-hidden="true">→<br></span><i style="display: none">x</i>b</p><p>&nbsp;</p>c', "ab\n\nc"),
        ("<p>for 300&nbsp;$ in all</p>", "for 300\N{NO-BREAK SPACE}$ in all"),
        ("", ""),
    ],
)  # fmt: skip
def test_piece(piece: str, text: str) -> None:
    assert text_of(piece) == text


@given(st.lists(st.text(st.sampled_from("<>/abp\"'=&;! \n-"), max_size=30), max_size=6))
def test_pieces_come_to_the_whole(scraps: list[str]) -> None:
    """Whatever stands between tags, and however badly it is closed, each piece is read by itself."""
    pieces = [f"<mj-text>{scrap.replace('<', '&lt;')}</mj-text>" for scrap in scraps]
    assert text_of("\n".join(pieces)) == "\n\n".join(text for piece in pieces if (text := text_of(piece)))
