"""What becomes of a WordPress export: every post once, nothing half, and never over what was edited here."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError
from django.db import connection

from articles import publishing
from articles.models import (
    Article,
    Author,
    Draft,
    ImportedPost,
    Picture,
    Redirect,
    Revision,
    Section,
    Topic,
)
from memberships import clock
from memberships.models import AuditEntry
from tests.articles.importing.conftest import FILES
from tests.factories.articles import make_article
from tests.people import anonymous

pytestmark = pytest.mark.django_db
MEDIA = FILES / "media"
EVERYTHING = [Article, Author, Draft, ImportedPost, Picture, Redirect, Revision, Section, Topic, AuditEntry]


def article(number: int) -> Article:
    """The article of the post with this id."""
    return Article.objects.get(imported_from__source="old-quay.example", imported_from__source_id=str(number))


def line(number: int) -> int:
    """The line on which the post with this id begins."""
    before = (FILES / "old_quay.wxr.xml").read_text(encoding="utf-8").partition(f"<wp:post_id>{number}<")[0]
    return before[: before.rindex("<item>")].count("\n") + 1


def changed(tmp_path: Path, *replacements: tuple[str, str]) -> Path:
    """The export as it would be after an edit in WordPress."""
    text = (FILES / "old_quay.wxr.xml").read_text(encoding="utf-8")
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    (tmp_path / "later.wxr.xml").write_text(text, encoding="utf-8")
    return tmp_path / "later.wxr.xml"


def everything() -> list[Any]:
    """Every row an import could write, as it is now."""
    return [list(model._default_manager.order_by("pk").values()) for model in EVERYTHING]


def test_last_line_sums_up(run):
    assert run()[-1] == "created 7, updated 0, unchanged 0, skipped 1, failed 3"
    assert run()[-1] == "created 0, updated 0, unchanged 7, skipped 1, failed 3"


def test_published_post_arrives_with_its_date_address_and_words(run):
    run()
    post = article(11)
    assert post.state == Article.State.PUBLISHED
    assert post.headline == "Harbour tariffs “fall”"
    assert post.standfirst == "The port asks for less."
    assert post.first_published_at == datetime(2015, 3, 12, 8, 30, tzinfo=UTC)
    assert post.get_absolute_url() == "/articles/2015/03/harbour-tariffs-fall/"
    assert (post.language, post.access, post.updated_at) == ("en", "free", None)
    html = anonymous().get(post.get_absolute_url()).content.decode()
    assert "The harbour lowered what it asks of every ship." in html


def test_standfirst_is_the_first_sentence_where_there_is_no_excerpt(run):
    run()
    assert article(12).standfirst.startswith("Cranes arrived in the night.")


def test_categories_and_tags_become_topics(run):
    run()
    assert {(topic.slug, topic.name) for topic in article(11).topics.all()} == {
        ("ports", "Ports"),
        ("tariffs", "Tariffs & tolls"),
    }
    assert [topic.slug for topic in article(23).topics.all()] == ["موانئ"]


def test_authors_are_named_in_order_each_once(run):
    run()
    assert [byline.author.name for byline in article(11).bylines.all()] == ["Rima Daouk"]
    assert [byline.author.name for byline in article(12).bylines.all()] == ["Noor Haddad", "Rima Daouk"]
    assert [byline.author.name for byline in article(23).bylines.all()] == ["somebody-unknown"]
    assert Author.objects.get(slug="noor").name == "Noor Haddad"


@pytest.mark.parametrize("number", [13, 14, 16])
def test_drafts_private_and_protected_posts_become_drafts(run, number):
    run()
    post = article(number)
    assert post.state == Article.State.DRAFT
    assert post.draft.body
    assert anonymous().get("/search/", {"q": "herring board thought"}).context["results"] == []


def test_post_to_come_is_scheduled(run):
    run()
    post = article(15)
    assert (post.state, post.scheduled_for) == (Article.State.SCHEDULED, datetime(2099, 5, 1, 6, 0, tzinfo=UTC))


def test_post_in_the_bin_is_left_there(run):
    assert f"line {line(17)}: “Thrown away” was left out: it is “trash” there." in run()


def test_broken_posts_are_named_by_line_and_skipped_and_the_rest_arrives(run):
    lines = run()
    assert f"line {line(18)}: “18” has no title. Give it one in WordPress and export again." in lines
    assert f"line {line(19)}: “Undated” is published without a readable date." in lines
    assert f"line {line(20)}: “Empty” has no text." in lines
    assert not Article.objects.filter(imported_from__source_id__in=["18", "19", "20"]).exists()
    assert article(23).headline == "Liman büyüyor"


def test_old_addresses_lead_to_the_article(run):
    run()
    here = "/articles/2015/03/harbour-tariffs-fall/"
    for path in (
        "/2015/03/harbour-tariffs-fall/",
        "/2015/03/harbour-tariffs-fall",
        "/2015/03/tariffs/",
        "/?p=11",
    ):
        response = anonymous().get(path)
        assert (response.status_code, response["Location"]) == (301, here), path


def test_address_in_another_script_is_kept_and_led_to(run):
    run()
    post = article(23)
    assert post.slug == "çeşme-limanı"
    for path in ("/2016/01/%c3%a7e%c5%9fme-liman%c4%b1/", "/2016/01/çeşme-limanı/"):
        assert anonymous().get(path)["Location"] == post.get_absolute_url()


def test_pictures_come_from_the_media_folder(run):
    lines = run(media=MEDIA)
    assert Picture.objects.count() == 2
    assert article(11).lead_picture.alt == "The quay at dusk"
    assert article(12).draft.body.count("<figcaption>The tallest one</figcaption>") == 1
    assert any(line.startswith("1 picture is not in the media folder") and "lost.jpg" in line for line in lines)


def test_lead_picture_stands_once_with_its_caption(run):
    run(media=MEDIA)
    assert article(11).lead_caption == "The quay. Photo: Rima"
    assert "data-picture" not in article(11).draft.body
    html = anonymous().get(article(11).get_absolute_url()).content.decode()
    assert html.partition("<article")[2].partition('class="related')[0].count("The quay. Photo: Rima") == 1


def test_media_folder_is_never_left(run, tmp_path):
    (tmp_path / "secret.jpg").write_bytes((MEDIA / "2015/03/quay.jpg").read_bytes())
    (tmp_path / "media").mkdir()
    later = changed(tmp_path, ("2015/03/lost.jpg", "../secret.jpg"), ("2015/03/crane.jpg", "%2e%2e/secret.jpg"))
    run(later, media=tmp_path / "media")
    assert not Picture.objects.exists()


def test_file_that_is_no_picture_is_named_and_the_post_arrives(run, tmp_path):
    (tmp_path / "2015/03").mkdir(parents=True)
    (tmp_path / "2015/03/crane.jpg").write_text("<svg onload='x()'/>")
    lines = run(media=tmp_path)
    assert any(
        line.startswith("picture https://old-quay.example/wp-content/uploads/2015/03/crane.jpg: ") for line in lines
    )
    assert article(12).state == Article.State.PUBLISHED


def test_second_run_changes_nothing(run):
    run(media=MEDIA)
    before = everything()
    assert run(media=MEDIA)[-1] == "created 0, updated 0, unchanged 7, skipped 1, failed 3"
    assert everything() == before


def test_second_run_without_the_pictures_does_not_take_them_away(run):
    run(media=MEDIA)
    before = everything()
    assert run()[-1] == "created 0, updated 0, unchanged 7, skipped 1, failed 3"
    assert everything() == before


def test_picture_found_later_is_brought_in(run):
    run()
    assert article(12).lead_picture is None
    assert "data-picture" not in article(12).draft.body
    assert run(media=MEDIA)[-1] == "created 0, updated 2, unchanged 5, skipped 1, failed 3"
    assert "data-picture" in article(12).draft.body
    assert article(11).lead_picture is not None


def test_edit_in_wordpress_is_brought_in(run, tmp_path):
    run()
    later = changed(tmp_path, ("Cranes arrived in the night.", "Cranes arrived at dawn."))
    assert run(later)[-1] == "created 0, updated 1, unchanged 6, skipped 1, failed 3"
    html = anonymous().get(article(12).get_absolute_url()).content.decode()
    assert "Cranes arrived at dawn." in html
    assert article(12).get_absolute_url() == "/articles/2015/03/the-cranes/"


def test_new_slug_in_wordpress_leaves_a_redirect(run, tmp_path):
    run()
    later = changed(tmp_path, ("the-cranes", "cranes-at-last"))
    run(later)
    assert article(12).get_absolute_url() == "/articles/2015/03/cranes-at-last/"
    for path in ("/articles/2015/03/the-cranes/", "/2015/03/the-cranes/", "/2015/03/cranes-at-last/"):
        assert anonymous().get(path)["Location"] == "/articles/2015/03/cranes-at-last/"


def test_edit_made_here_is_never_written_over(run, tmp_path):
    run()
    draft = article(12).draft
    publishing.save(draft, draft.number, {"headline": "The cranes, corrected"}, None, clock.now())
    later = changed(tmp_path, ("Cranes arrived in the night.", "Cranes arrived at dawn."))
    lines = run(later)
    assert f"line {line(12)}: “The cranes” was edited here since it was imported; it was left as it is." in lines
    assert lines[-1] == "created 0, updated 0, unchanged 6, skipped 2, failed 3"
    assert article(12).draft.headline == "The cranes, corrected"
    assert "at dawn" not in article(12).draft.body


@pytest.mark.parametrize("act", [publishing.unpublish, lambda *args: publishing.retract(args[0], "Wrong.", *args[1:])])
def test_what_was_taken_off_the_site_here_stays_off(run, tmp_path, act):
    run()
    act(article(12), None, clock.now())
    state = article(12).state
    lines = run(changed(tmp_path, ("Cranes arrived in the night.", "Cranes arrived at dawn.")))
    assert any("“The cranes” stands at" in line for line in lines)
    assert article(12).state == state


def test_post_that_went_private_there_is_not_published_again(run, tmp_path):
    run()
    later = changed(
        tmp_path, ("<wp:status><![CDATA[publish]]></wp:status>", "<wp:status><![CDATA[private]]></wp:status>")
    )
    lines = run(later)
    assert f"line {line(12)}: “The cranes” is published here but no longer there; it was left as it is." in lines
    assert article(12).state == Article.State.PUBLISHED


def test_draft_that_was_published_there_is_published_here(run, tmp_path):
    run()
    assert article(14).state == Article.State.DRAFT
    run(changed(tmp_path, ("<![CDATA[private]]>", "<![CDATA[publish]]>")))
    assert article(14).state == Article.State.PUBLISHED


def test_change_there_with_pictures_missing_this_time_waits_for_them(run, tmp_path):
    run(media=MEDIA)
    lines = run(changed(tmp_path, ("Cranes arrived in the night.", "Cranes arrived at dawn.")))
    assert any("name their folder with --media" in line for line in lines)
    assert "data-picture" in article(12).draft.body


def test_dry_run_writes_nothing_and_says_what_would_happen(run, media_root, django_capture_on_commit_callbacks):
    before = everything()
    with django_capture_on_commit_callbacks() as callbacks:
        lines = run(media=MEDIA, dry_run=True)
    assert everything() == before
    assert not media_root.exists()
    assert callbacks == []
    assert f"line {line(11)}: “Harbour tariffs “fall”” would be created: published 2015-03-12." in lines
    assert f"line {line(13)}: “Not finished” would be created: a draft." in lines
    assert f"line {line(15)}: “The regatta” would be created: scheduled for 2099-05-01 06:00 UTC." in lines
    assert f"line {line(18)}: “18” has no title. Give it one in WordPress and export again." in lines
    assert lines[-2:] == [
        "Dry run: nothing was written. It would have been:",
        "created 7, updated 0, unchanged 0, skipped 1, failed 3",
    ]


def test_dry_run_over_an_import_says_what_would_change(run, tmp_path):
    run()
    before = everything()
    later = changed(tmp_path, ("Cranes arrived in the night.", "Cranes arrived at dawn."))
    assert run(later, dry_run=True)[-1] == "created 0, updated 1, unchanged 6, skipped 1, failed 3"
    assert everything() == before


def test_post_that_fails_takes_nothing_of_the_next_one_with_it(run):
    """Its address is taken. The topic and the author it would have made are made for the next post instead."""
    mine = make_article("Mine", slug="harbour-tariffs-fall", at=datetime(2015, 3, 1, tzinfo=UTC))
    lines = run()
    said = "was not imported: The address “harbour-tariffs-fall” belongs to “Mine” of the same month."
    assert any(f"line {line(11)}: " in text and said in text for text in lines)
    assert lines[-1] == "created 6, updated 0, unchanged 0, skipped 1, failed 4"
    assert not ImportedPost.objects.filter(source_id="11").exists()
    assert [topic.slug for topic in article(12).topics.all()] == ["ports"]
    assert anonymous().get("/2015/03/harbour-tariffs-fall/").status_code == 404
    assert mine.get_absolute_url() == "/articles/2015/03/harbour-tariffs-fall/"


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        ("broken.wxr.xml", "broken.wxr.xml is broken on line 117: mismatched tag."),
        ("bomb.wxr.xml", "bomb.wxr.xml defines entities, which an export never does; it was not read."),
        ("feed.xml", "feed.xml is not a WordPress export: it holds no wxr_version. Use Tools → Export in WordPress."),
        ("notes.txt", "notes.txt is broken on line 1: syntax error."),
        ("missing.xml", "missing.xml cannot be read: No such file or directory."),
        ("media", "media cannot be read: Is a directory."),
    ],
)
def test_file_that_cannot_be_read_to_its_end_imports_nothing(run, file, sentence):
    before = everything()
    with pytest.raises(CommandError) as refusal:
        run(file)
    assert str(refusal.value).endswith(sentence)
    assert everything() == before


def test_unknown_format_names_the_known_ones(run):
    with pytest.raises(CommandError, match=r"There is no format “blog”\. There are: news\."):
        run(format="blog")


def test_media_folder_that_is_none_is_named(run):
    with pytest.raises(CommandError, match="There is no folder /nowhere"):
        run(media=Path("/nowhere"))


def test_section_is_made_where_it_is_missing_and_stays_out_of_the_navigation(run):
    run(section="from-the-quay")
    made = Section.objects.get(slug="from-the-quay")
    assert (made.name, made.is_in_navigation) == ("From the quay", False)
    assert article(11).section == made


def test_links_between_posts_stay_on_the_site(run):
    run()
    assert '<a href="/2015/03/the-cranes/">we wrote</a>' in article(11).draft.body


def test_import_is_found_by_search_and_in_the_feed(run):
    run()
    assert [card.headline for card in anonymous().get("/search/", {"q": "cesme"}).context["results"]] == [
        "Liman büyüyor"
    ]
    titles = [item["title"] for item in anonymous().get("/feed.json").json()["items"]]
    assert titles == ["Liman büyüyor", "The cranes", "Harbour tariffs “fall”"]


def test_second_run_does_not_even_try_to_write(run):
    run()
    with connection.execute_wrapper(refuse_writes):
        assert run()[-1].startswith("created 0, updated 0, unchanged 7")


def refuse_writes(execute, sql, params, many, context):
    assert not sql.startswith(("INSERT", "UPDATE", "DELETE")), sql
    return execute(sql, params, many, context)
