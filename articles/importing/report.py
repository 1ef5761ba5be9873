"""What an import did, in sentences for the person at the terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping

from articles.importing.wxr import WxrItem

OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed")
MOST_NAMED = 10


class Report:
    """Counts the posts by what became of them; ``lines`` are sentences. A dry run has one for every post."""

    def __init__(self, *, is_dry_run: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self.lines: list[str] = []
        self._is_dry_run = is_dry_run

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    def note(self, outcome: str, item: WxrItem, sentence: str = "", *, became: str = "") -> None:
        """Count a post as one of ``OUTCOMES``; ``sentence`` goes on after its title, ``became`` says what it is now."""
        self.counts[outcome] += 1
        if became and self._is_dry_run:
            sentence = f"would be {outcome}: {became}."
        if sentence:
            self.lines.append(f"line {item.line}: “{item.title or item.id}” {sentence}")

    def note_pictures(self, missing: Collection[str], refused: Mapping[str, str]) -> None:
        """Name the pictures that texts show and that could not be brought along."""
        if missing:
            named = sorted(missing)
            more = f" and {len(named) - MOST_NAMED} more" if len(named) > MOST_NAMED else ""
            self.lines.append(
                f"{_pictures(len(named))} not in the media folder, their places were closed up: "
                f"{', '.join(named[:MOST_NAMED])}{more}"
            )
        self.lines += [f"picture {address}: {reason}" for address, reason in sorted(refused.items())]

    def summary(self) -> str:
        """The last line: ``created N, updated N, unchanged N, skipped N, failed N``."""
        return ", ".join(f"{outcome} {self.counts[outcome]}" for outcome in OUTCOMES)


def _pictures(count: int) -> str:
    return "1 picture is" if count == 1 else f"{count} pictures are"
