"""A picture as the file it comes in. No Django here: it is drawn in processes of their own, which start without it."""

from __future__ import annotations

from io import BytesIO

from newsroom.demo.drawing import PictureSpec, draw


def drawn(spec: PictureSpec) -> bytes:
    data = BytesIO()
    draw(spec).save(data, "JPEG", quality=86, progressive=True)
    return data.getvalue()
