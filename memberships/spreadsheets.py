"""Tables that people take away as CSV and open in a spreadsheet."""

from __future__ import annotations


class Echo:
    """What a CSV writer writes to; it hands each line on instead of keeping it."""

    def write(self, line: str) -> str:
        return line


def harmless(cell: str) -> str:
    """Spreadsheets run what begins like a formula."""
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell
