"""Moving members in at the desk: brought, looked at, said, moved; and what is wrong said in words."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.urls import reverse

from memberships import clock
from memberships.importing import moving_in
from memberships.models import AuditEntry, MovingIn, MovingRow, User
from tests.memberships.browsing import text
from tests.memberships.builders import pro
from tests.memberships.conftest import holds_pro
from tests.memberships.desk.acting import address, at_the_desk
from tests.memberships.importing.moving import brought, ghost, worked

pytestmark = pytest.mark.django_db
PEOPLE = ghost(
    {"email": "given@example.org", "complimentary_plan": "true"},
    {"email": "free@example.org", "name": "=cmd()"},
    {"email": "+no address"},
)


def upload(raw: bytes, **changes: object) -> dict[str, object]:
    file = SimpleUploadedFile("members.csv", raw, "text/csv")
    return {"source": "ghost", "file": file, "product": pro().pk, "comps_until": "2030-01-01", **changes}


def act(client, found: MovingIn, name: str, **said: str):
    return client.post(reverse(f"admin:memberships_movingin_{name}", args=[found.pk]), said, follow=True)


def test_from_the_upload_to_the_last_of_them(client):
    operator = at_the_desk(client, "Operator")

    page = client.post(address("movingin", "add"), upload(PEOPLE), follow=True)
    assert "It is being looked at. Nothing is written for anybody." in text(page)
    found = worked(MovingIn.objects.get())
    page = text(client.get(address("movingin", "change", found.pk)))
    assert "This is the dry run: nothing was written for anybody yet." in page
    assert "line 4: “+no address” is no email address." in page
    assert "Move in whoever is clear: 2" in page
    assert not User.objects.filter(email="given@example.org").exists()

    act(client, found, "start")
    assert "Whoever was clear is moved in." in text(client.get(address("movingin", "change", worked(found).pk)))
    assert holds_pro(User.objects.get(email="given@example.org"))
    act(client, found, "forget")
    assert not MovingRow.objects.exists()
    verbs = list(AuditEntry.objects.filter(actor=operator).order_by("id").values_list("verb", flat=True))
    assert verbs == ["movingin begun", "movingin moved in", "movingin forgotten"]


def test_what_needs_a_look_runs_in_no_spreadsheet(client):
    at_the_desk(client, "Support")
    found = brought(ghost({"email": "+a@example.org", "stripe_customer_id": ""}))
    found.rows.update(outcome="unclear", why="address", detail="=cmd()")

    table = b"".join(client.get(reverse("admin:memberships_movingin_problems", args=[found.pk])).streaming_content)

    assert b"'+a@example.org" in table
    assert b"'=cmd()" in table


def test_support_looks_and_moves_nobody(client):
    at_the_desk(client, "Support")
    found = brought(PEOPLE)

    assert client.get(address("movingin", "change", found.pk)).status_code == 200
    assert client.get(address("movingin", "add")).status_code == 403
    assert act(client, found, "start").status_code == act(client, found, "forget").status_code == 403
    assert client.get(reverse("admin:memberships_movingin_start", args=[found.pk])).status_code == 405
    found.refresh_from_db()
    assert found.state == MovingIn.State.LOOKED


@pytest.mark.parametrize(
    ("raw", "changes", "sentence"),
    [
        (b"a,b\n1,2\n", {}, "its first line names none of the columns"),
        (b"\x00\x01\xff\xfe", {}, "This is no text file."),
        (PEOPLE.splitlines()[0] + b"\n", {}, "There is nobody in this file."),
        (PEOPLE, {"comps_until": "soon"}, "Enter a valid date."),
        (PEOPLE, {"newsletters": ["none"]}, "Select a valid choice."),
    ],
)
def test_a_bad_upload_gets_a_sentence_and_leaves_nothing(client, raw, changes, sentence):
    at_the_desk(client, "Operator")

    page = client.post(address("movingin", "add"), upload(raw, **changes))

    assert page.status_code == 422
    assert sentence in text(page)
    assert not MovingIn.objects.exists()


def test_nothing_is_done_before_the_dry_run_is_through(client):
    at_the_desk(client, "Operator")
    found = moving_in.begin(
        moving_in.Wish("ghost", "members.csv", pro(), clock.now()), moving_in.read("ghost", PEOPLE), None, clock.now()
    )

    assert "Wait until the dry run is through" in text(act(client, found, "start"))
    assert "It is being worked on." in text(act(client, found, "forget"))
    assert client.get(address("movingin", "change", 4711)).status_code == 404


def test_the_command_looks_first_and_then_moves(tmp_path, capsys):
    pro()
    export, prices = tmp_path / "members.csv", tmp_path / "plans.toml"
    export.write_bytes(PEOPLE)
    prices.write_text("prices = 3")

    call_command("import_members", str(export), "--from=ghost", "--dry-run")
    assert not User.objects.exists()
    assert "reads 1, loses 0, free 1, unclear 0, moved 0, failed 0" in capsys.readouterr().out
    call_command("import_members", str(export), "--from=ghost")
    assert "moved 2" in capsys.readouterr().out
    for refused in (["--mapping", str(prices)], ["--product=none"], ["--newsletter=none"]):
        with pytest.raises(CommandError):
            call_command("import_members", str(export), "--from=ghost", *refused)
