"""Who may read a text: its desk, the first rule that fits, its format; and published texts that follow."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles import publishing, search
from articles.models import AccessRule, Article, Country, Draft
from articles.publishing import levels
from articles.publishing.recutting import MOST_AT_ONCE
from articles.search import Wanted
from tests.articles.builders import BODY, MINUTE, NOW, SECRET, draft, memo, news, pro, published, section, terms

pytestmark = pytest.mark.django_db
LATER = NOW + MINUTE


def rule(access: str = "metered", **fields: object) -> AccessRule:
    values = {"name": f"To {access}", "access": access, "product": pro() if access == "product" else None, **fields}
    return AccessRule.objects.create(**values)


def found(text: str) -> int:
    return len(search.find(Wanted(text), LATER).numbers)


def test_format_decides_while_there_is_no_rule():
    assert published(format=news()).access == "free"
    assert published("A memo", format=memo()).access == "product"


def test_first_rule_that_fits_decides():
    security = section("Security")
    rule("registered", position=2)
    rule("metered", section=security, position=1)
    rule("product", position=0, is_in_force=False)

    assert published(format=news()).access == "registered"
    assert published("Of security", format=news(), section=security).access == "metered"


def test_rule_without_a_format_gives_nothing_away_that_is_sold():
    politics = section()
    rule("free", section=politics)
    assert published(format=memo(), section=politics).access == "product"


def test_rule_that_names_a_format_opens_even_what_is_sold():
    sold = memo()
    rule("metered", format=sold)
    live = published(format=sold)
    assert (live.access, live.product) == ("metered", None)
    assert SECRET in live.paid_html


def test_desk_has_the_last_word():
    rule("registered")
    live = published(format=news(), access="free")
    assert (live.access, live.is_level_chosen) == ("free", True)


def test_rule_of_another_language_does_not_fit():
    rule("registered", language="ar")
    assert published(format=news()).access == "free"


def test_rule_cannot_sell_without_a_product():
    with pytest.raises(IntegrityError), transaction.atomic():
        AccessRule.objects.create(name="For nobody", access="product")


def test_published_text_follows_a_new_rule_and_comes_back():
    """The author's break was left out of the open text; it is found again when the text closes."""
    live = published(format=news(), body=BODY)
    assert (live.paid_html, found("ledger")) == ("", 1)
    barrier = rule("registered")

    assert publishing.recut(LATER) == 1

    closed = Article.objects.get(pk=live.pk)
    assert (closed.access, closed.updated_at) == ("registered", None)
    assert SECRET in closed.paid_html
    assert SECRET not in closed.opening_html
    assert found("ledger") == 0
    barrier.delete()
    assert publishing.recut(LATER) == 1
    assert (Article.objects.get(pk=live.pk).opening_html, found("ledger")) == (live.opening_html, 1)
    assert publishing.recut(LATER) == 0


def test_published_text_follows_its_format():
    live = published(format=news())
    live.format.access = "metered"
    live.format.save()

    assert publishing.recut(LATER) == 1
    assert Article.objects.get(pk=live.pk).access == "metered"


def test_text_whose_desk_chose_is_left_alone():
    published(format=news(), access="free")
    rule("registered")
    assert publishing.recut(LATER) == 0


def test_what_the_working_copy_says_meanwhile_does_not_count():
    live = published(format=news(), body=BODY)
    working = Draft.objects.get(article=live)
    publishing.save(working, working.number, {"body": "<p>Rewritten, and not out yet.</p>"}, None, LATER)
    rule("registered")

    publishing.recut(LATER)

    again = Article.objects.get(pk=live.pk)
    assert SECRET in again.paid_html
    assert "Rewritten" not in again.opening_html + again.paid_html


def test_closed_text_is_cut_anew_when_the_number_of_words_changes():
    paragraphs = "".join(f"<p>{f'Paragraph{number} ' * 20}</p>" for number in range(20))
    made = published(format=memo(), body=paragraphs)
    cut = made.opening_html
    terms(opening_words=40)

    assert publishing.recut(LATER) == 1

    again = Article.objects.get(pk=made.pk)
    assert len(again.opening_html) < len(cut)
    assert again.opening_html + again.paid_html == cut + made.paid_html
    assert publishing.recut(LATER) == 0


def test_break_set_by_an_author_stays_where_it_is():
    made = published(format=memo(), body=BODY)
    terms(opening_words=5)

    assert publishing.recut(LATER) == 0
    assert Article.objects.get(pk=made.pk).opening_html == made.opening_html


def test_one_task_takes_a_portion(monkeypatch):
    for number in range(3):
        published(f"Story {number}", format=news())
    rule("registered")
    monkeypatch.setattr("articles.publishing.recutting.MOST_AT_ONCE", 2)

    assert [publishing.recut(LATER) for _ in range(3)] == [2, 1, 0]
    assert MOST_AT_ONCE > 2


def level_of(text: Article) -> tuple[str, object]:
    return text.access, text.product


def level_by(rules: list[AccessRule], text: Article) -> tuple[str, object]:
    level = levels.configured(text.format, text.section_id, text.country_id, text.language, rules)
    return level.access, level.product


ACCESS = st.sampled_from(["free", "registered", "metered", "product"])
MAYBE = st.booleans()


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rules=st.lists(st.tuples(ACCESS, MAYBE, MAYBE, MAYBE, st.sampled_from(["", "en", "ar"]), MAYBE), max_size=4))
def test_the_two_ways_to_say_the_level_agree(rules):
    """One text is judged in Python, all of them in SQL: what the first says is what the second finds misplaced."""
    with transaction.atomic():
        forms, politics = (news(), memo()), section()
        lebanon = Country.objects.get_or_create(slug="lebanon", defaults={"name": "Lebanon", "code": "LB"})[0]
        texts = [
            publishing.publish(
                draft(f"{form} {where}", format=form, section=politics, country=where).article, None, NOW
            )
            for form in forms
            for where in (lebanon, None)
        ]
        for position, (access, on_format, on_section, on_country, language, in_force) in enumerate(rules):
            rule(
                access,
                position=position,
                format=forms[position % 2] if on_format else None,
                section=politics if on_section else None,
                country=lebanon if on_country else None,
                language=language,
                is_in_force=in_force,
            )
        rules = levels.rules_in_force()
        wanted = {text.pk for text in texts if level_of(text) != level_by(rules, text)}

        assert set(levels.misplaced(Article.objects.all(), rules).values_list("pk", flat=True)) == wanted
        publishing.recut(LATER)
        assert not levels.misplaced(Article.objects.all(), rules).exists()
        transaction.set_rollback(True)
