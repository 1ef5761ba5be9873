"""What Lighthouse gives a page on a middling phone: four scores of at most 100.

The network and the processor are slowed down by its own reckoning, so that the load of this machine counts little.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from benchmarks.figures import Figure
from benchmarks.startup import clone, running

TOOL = Path(__file__).resolve().parent / "lighthouse"
CATEGORIES = ("performance", "accessibility", "best-practices", "seo")
ROUNDS = 3
# Seconds for the worker to make the sizes of a new demo's pictures.
PATIENCE = 300
FLAGS = "--headless=new --no-sandbox --disable-gpu"
_STORY = re.compile(r'class="card__headline[^"]*"><a href="(/articles/[^"]+)"')


def measure() -> list[Figure]:
    """The scores of the front page and its lead story; none where there is no Node or no browser, which is said."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    if not (shutil.which("npm") and browser):
        print("Lighthouse was not asked: it needs Node with npm, and Chromium.", flush=True)
        return []
    subprocess.run(["npm", "ci", "--silent", "--no-audit", "--no-fund"], cwd=TOOL, check=True)
    with tempfile.TemporaryDirectory(prefix="newsroom-bench-") as scratch:
        copy = clone(Path(scratch))
        subprocess.run([copy / "bin" / "bootstrap", "run"], cwd=copy, check=True, capture_output=True)
        with running(copy) as site:
            wait_for_sizes(site)
            return scores_of(site, browser)


def wait_for_sizes(site: str) -> None:
    """A new demo sends its pictures as they were drawn until the worker has made their sizes."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        with urllib.request.urlopen(site) as front:
            page = front.read().decode()
        if page.count('type="image/avif"') >= page.count("<picture>") > 0:
            return
        time.sleep(2)
    raise RuntimeError(f"The pictures had no sizes after {PATIENCE} s.")


def scores_of(site: str, browser: str) -> list[Figure]:
    """Each category's scores, one for each round, of both pages of a running site."""
    with urllib.request.urlopen(site) as front:
        lead = _STORY.search(front.read().decode())
    if lead is None:
        raise RuntimeError("The front page has no story.")
    figures = []
    for name, path in (("front", "/"), ("article", lead[1])):
        reports = [_report(f"{site}{path}", browser) for _round in range(ROUNDS)]
        for category in CATEGORIES:
            scores = tuple(round(100 * report["categories"][category]["score"]) for report in reports)
            figures.append(Figure(f"Lighthouse, mobile: {name}, {category}", scores, unit="", remark="target 100"))
    return figures


def _report(address: str, browser: str) -> dict[str, dict[str, dict[str, float]]]:
    command = [TOOL / "node_modules" / ".bin" / "lighthouse", address, "--quiet", "--output=json"]
    options = [f"--chrome-flags={FLAGS}", f"--only-categories={','.join(CATEGORIES)}"]
    environment = {**os.environ, "CHROME_PATH": browser}
    done = subprocess.run([*command, *options], env=environment, check=True, capture_output=True, timeout=180)
    report: dict[str, dict[str, dict[str, float]]] = json.loads(done.stdout)
    return report
