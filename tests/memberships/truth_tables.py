"""Reads the tables of docs/access.md, which are the tests' parameters."""

from __future__ import annotations

from pathlib import Path

ACCESS = Path(__file__).parents[2] / "docs" / "access.md"


def rows(first_heading: str) -> list[dict[str, str]]:
    """The rows of the one table whose first column has this heading, as dictionaries by heading."""
    lines = ACCESS.read_text(encoding="utf-8").splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith(f"| {first_heading} |"))
    headings = _cells(lines[start])
    table = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        table.append(dict(zip(headings, _cells(line), strict=True)))
    return table


def name(row: dict[str, str]) -> str:
    return " · ".join(value for value in row.values() if value)


def _cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip().strip("|").split("|")]
