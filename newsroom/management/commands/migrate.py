"""``manage.py migrate``: Django's own, which makes a new database in less than half the time."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from django.core.management.commands import migrate
from django.db import connections
from django.db.migrations import state
from django.db.migrations.recorder import MigrationRecorder
from django.db.migrations.state import ProjectState
from django.db.models.fields.related import RECURSIVE_RELATIONSHIP_CONSTANT

Model = tuple[str, str]


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        is_new = not MigrationRecorder(connections[options["database"]]).has_table()
        with rendering_neighbours() if is_new else nullcontext():
            super().handle(*args, **options)


@contextmanager
def rendering_neighbours() -> Iterator[None]:
    """Have an operation render anew the models beside its own, instead of all that any chain of relations leads to.

    Nearly all of ours lead to the user, and so each of a thousand operations would make most of the models again. What
    an operation says to the database needs no more than the tables beside it. Code that is run by a migration may go
    anywhere: for it Django makes all models anew, as it does wherever it has put off some by itself (``is_delayed``).
    """
    everybody = ProjectState._find_reload_model  # type: ignore[attr-defined]
    ProjectState._find_reload_model = _neighbours  # type: ignore[attr-defined]
    try:
        yield
    finally:
        ProjectState._find_reload_model = everybody  # type: ignore[attr-defined]


def _neighbours(known: ProjectState, app_label: str, model_name: str, delay: bool = False) -> set[Model]:
    """The model itself, what points at it, and what it points at."""
    known.is_delayed = True
    found: set[Model] = {(app_label, model_name)}
    if model_name in known.apps.all_models[app_label]:
        found |= state.get_related_models_tuples(known.apps.get_model(app_label, model_name))
    for field in known.models[app_label, model_name].fields.values():
        if field.is_relation and field.remote_field.model != RECURSIVE_RELATIONSHIP_CONSTANT:
            app, name = state._get_app_label_and_model_name(field.related_model, app_label)  # type: ignore[attr-defined]
            found.add((app, name.lower()))
    return found
