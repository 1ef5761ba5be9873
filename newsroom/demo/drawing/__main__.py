"""Write the demo pictures, the icon and the share image to a directory."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from PIL import Image

from newsroom.demo.drawing import PictureError, draw, load_specs
from newsroom.demo.drawing.brand import BRAND

SPECS = Path(__file__).resolve().parents[1] / "content" / "pictures.toml"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m newsroom.demo.drawing", description=__doc__)
    parser.add_argument("directory", type=Path, help="where the files go; made if it is not there")
    parser.add_argument("slugs", nargs="*", metavar="slug", help=f"only these; also {', '.join(BRAND)}")
    options = parser.parse_args(arguments)
    try:
        write(options.directory, options.slugs)
    except (PictureError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def write(directory: Path, slugs: list[str]) -> None:
    """Draw the pictures asked for, or all of them. Nothing is written when a slug is unknown."""
    specs = {spec.slug: spec for spec in load_specs(SPECS)}
    unknown = [slug for slug in slugs if slug not in specs and slug not in BRAND]
    if unknown:
        raise PictureError(f"No picture is called {', '.join(unknown)}; the slugs are those in {SPECS.name}.")
    directory.mkdir(parents=True, exist_ok=True)
    for slug in slugs or [*specs, *BRAND]:
        image = BRAND[slug]() if slug in BRAND else draw(specs[slug])
        _save(image, directory / (f"{slug}.png" if slug.startswith("icon") else f"{slug}.jpg"))


def _save(image: Image.Image, path: Path) -> None:
    if path.suffix == ".png":
        image.save(path, "PNG", optimize=True)
    else:
        image.save(path, "JPEG", quality=85, progressive=True)
    sys.stdout.write(f"{path}\n")


if __name__ == "__main__":
    sys.exit(main())
