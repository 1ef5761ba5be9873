"""Inside an app an import points down: edges → tasks → rules → models → querysets."""

from __future__ import annotations

from tests.contracts.source import APPS, ROOT, Module, imports_of, modules

EDGES = {"views", "urls", "admin", "forms", "receivers", "api", "management", "templatetags", "accounts", "apps"}
# What everything may stand on: they know no model of the app.
GROUND = {
    "memberships.clock", "memberships.fields", "memberships.idn", "memberships.access", "memberships.signals",
    "articles.signals",
}  # fmt: skip
NAMES = ["ground", "querysets", "models", "rules", "tasks", "edges"]


def layer_of(name: str) -> int:
    """0 for the ground up to 5 for the edges; a package is judged by the first of its parts that says what it is."""
    parts = name.split(".")[1:]
    if name in GROUND or not parts:
        return 0
    for part in parts:
        if part in EDGES:
            return 5
        if part in {"tasks", "models", "querysets"}:
            return {"querysets": 1, "models": 2, "tasks": 4}[part]
    return 3


def upward_imports(module: Module) -> list[str]:
    app = module.name.split(".")[0]
    known = {other.name for other in modules()}
    own = {name for name in imports_of(module) if name in known and name.startswith(f"{app}.")}
    return [f"{module.name} → {name}" for name in sorted(own) if layer_of(name) > layer_of(module.name)]


def test_the_layers_are_told_apart():
    names = ["memberships.clock", "articles.querysets", "articles.models.media", "articles.publishing"]
    names += ["newsletters.tasks", "memberships.teams.views"]
    assert [NAMES[layer_of(name)] for name in names] == NAMES


def test_no_import_points_up_inside_an_app():
    of_apps = [module for module in modules() if module.name.split(".")[0] in APPS]
    assert [arrow for module in of_apps for arrow in upward_imports(module)] == []


def test_files_can_be_held_in_the_head():
    """500 lines are the end; what grows towards it is split by subject."""
    longest = {module.name: len(module.path.read_text().splitlines()) for module in modules()}
    assert {name: lines for name, lines in longest.items() if lines > 500} == {}


def test_nothing_is_called_a_helper():
    vague = {"utils", "helpers", "common", "misc"}
    assert [str(module.path.relative_to(ROOT)) for module in modules() if vague & set(module.name.split("."))] == []
