"""A one-page PDF of plain lines of text, written by hand: enough for a copy of an invoice on paper."""

_PAGE = (595, 842)
_MARGIN = 64
_LEADING = 18


def of_lines(lines: list[str]) -> bytes:
    """The lines one under the other, the first larger. Characters beyond Latin-1 become question marks."""
    text = [b"BT", f"1 0 0 1 {_MARGIN} {_PAGE[1] - _MARGIN} Tm".encode()]
    for number, line in enumerate(lines):
        text.append(
            f"/F1 {20 if number == 0 else 11} Tf ({_escaped(line)}) Tj 0 -{_LEADING + 8 * (number == 0)} Td".encode(
                "cp1252", "replace"
            )
        )
    text.append(b"ET")
    stream = b"\n".join(text)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {_PAGE[0]} {_PAGE[1]}] /Contents 5 0 R "
        "/Resources << /Font << /F1 4 0 R >> >> >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    return _file(objects)


def _escaped(line: str) -> str:
    return line.replace("−", "-").replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def _file(objects: list[bytes]) -> bytes:
    document = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(document))
        document += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(document)
    document += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    document += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    document += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(document)
