"""What a committing test finds is what the migrations made, whatever the one before it has done."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission

from memberships import audit, clock
from memberships.models import AuditEntry, User
from tests import tables
from tests.factories.memberships import make_member


def made() -> list[object]:
    granted = Group.permissions.through.objects.order_by("pk").values_list("pk", "group_id", "permission_id")
    return [list(each) for each in (granted, Group.objects.order_by("pk").values(), Permission.objects.values("pk"))]


def test_what_was_committed_is_undone_and_what_migrations_wrote_stands_again(committing):
    before = made()
    audit.record("tried", actor=make_member(), subject_kind="test", subject_id=1, at=clock.now())
    Group.objects.first().delete()
    Group.objects.create(name="Nobody's")

    tables.put_back()

    assert not User.objects.exists()
    assert not AuditEntry.objects.exists()
    assert before[0]
    assert made() == before
