"""What the site is drawn with and moved by goes over the wire in one file each."""

from __future__ import annotations

import re
from itertools import accumulate
from pathlib import Path

from django.conf import settings
from django.core.files.storage import FileSystemStorage

from newsroom.bundles import BUNDLES, BundlingStorage, put_together

STATIC = settings.BASE_DIR / "static"


def collected():
    """What collecting hands over: for every file of the project where it is from."""
    source = FileSystemStorage(STATIC)
    names = [str(path.relative_to(STATIC)) for path in STATIC.rglob("*") if path.is_file()]
    return {name: (source, name) for name in names}


def test_style_sheet_holds_every_part_in_the_order_of_its_imports():
    text = put_together("css/site.css", collected())
    places = [text.index(rule) for rule in ("--paper:", ".masthead__bar {", ".article__headline {", "@media print {")]
    assert places == sorted(places)
    assert "@import" not in text
    assert "/*" not in text


def test_rules_for_paper_stay_on_paper():
    text = put_together("css/site.css", collected())
    within = text[text.index("@media print {\n@page") :].rstrip()
    depths = list(accumulate({"{": 1, "}": -1}.get(character, 0) for character in within))
    assert 0 not in depths[depths.index(1) : -1]
    assert depths[-1] == 0


def test_parts_of_the_script_keep_their_names_to_themselves():
    text = put_together("js/site.js", collected())
    assert 'import "' not in text
    alone = [line for line in text.splitlines() if line in {"{", "}"}]
    assert alone.count("{") == 8
    # Whoever comes after a part that waits would wait with it.
    assert text.rindex("\n{\n") < text.index("[data-here]")


def test_no_file_is_left_out_of_its_bundle_unawares():
    styles = set(re.findall(r'@import url\("([\w-]+\.css)"\)', (STATIC / "css" / "site.css").read_text()))
    modules = set(re.findall(r'import "\./([\w-]+\.js)"', (STATIC / "js" / "site.js").read_text()))
    assert {path.name for path in STATIC.glob("css/*")} - styles == {
        "embed.css", "inbox.css", "newsletters.css", "site.css",
    }  # fmt: skip
    assert {path.name for path in STATIC.glob("js/*")} - modules == {
        "passkey.js", "ranking.js", "signup-form.js", "signup-worker.js", "site.js", "theme.js",
    }  # fmt: skip


def test_bundle_s_name_changes_with_any_of_its_parts(tmp_path):
    first = stored(tmp_path / "first", {})
    second = stored(tmp_path / "second", {"css/pro.css": "p { color: red; }"})
    assert first["js/site.js"] == second["js/site.js"]
    assert first["css/site.css"] != second["css/site.css"]
    for bundle in BUNDLES:
        assert (tmp_path / "first" / f"{first[bundle]}.br").exists()
    text = (tmp_path / "first" / first["css/site.css"]).read_text()
    assert re.search(r"fonts/inter/latin\.[0-9a-f]{12}\.woff2", text)


def stored(folder: Path, changed: dict[str, str]) -> dict[str, str]:
    """The hashed names after collecting into a folder, with some files other than they are."""
    storage, paths = BundlingStorage(location=folder), collected()
    for name, (source, path) in paths.items():
        storage.save(name, source.open(path))
    for name, text in changed.items():
        storage.delete(name)
        (folder / name).write_text(text)
        paths[name] = (storage, name)
    return {name: new for name, new, done in storage.post_process(paths) if done is True}
