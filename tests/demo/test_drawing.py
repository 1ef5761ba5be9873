"""The demo's pictures: every kind is drawn, at its size, the same way twice, with something to see in it."""

from __future__ import annotations

from pathlib import Path

import pytest
from defusedxml import ElementTree
from PIL import Image, ImageStat

from newsroom.demo.drawing import PALETTES, PictureError, PictureSpec, Place, draw, load_specs
from newsroom.demo.drawing.__main__ import SPECS, main
from newsroom.demo.drawing.brand import BRAND
from newsroom.demo.drawing.gallery import KINDS
from newsroom.demo.drawing.scenes.maps import Projection
from newsroom.demo.drawing.sitters import sitter_for

LISTED = load_specs(SPECS)
STATIC_IMAGES = Path(__file__).resolve().parents[2] / "static" / "img"


def is_a_picture(image: Image.Image) -> bool:
    """Neither near-uniform nor two flat tones: grey values spread widely and in many steps."""
    grey = image.convert("L")
    return ImageStat.Stat(grey).stddev[0] > 12 and grey.entropy() > 4.5


def spec(kind: str, **words: object) -> PictureSpec:
    return PictureSpec(slug=f"a-{kind}", kind=kind, **words)  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_draws_at_its_size_from_its_name_alone(kind):
    image = draw(spec(kind))
    assert image.mode == "RGB"
    assert image.size == ((800, 800) if kind == "portrait" else (1600, 1067))
    assert len(image.convert("L").resize((64, 64)).getcolors()) > 8


@pytest.mark.parametrize("picture", LISTED, ids=lambda picture: picture.slug)
def test_every_listed_picture_has_something_to_see(picture):
    image = draw(picture)
    assert image.size == KINDS[picture.kind].size
    if picture.kind == "map":
        # A map is meant to be pale: what it has to show is ink on it.
        assert image.convert("L").entropy() > 3
        assert image.convert("L").getextrema()[0] < 60
    else:
        assert is_a_picture(image)


@pytest.mark.parametrize(
    "slug", ["alexandria-storm-breakwater", "series-iran", "red-sea-route-map", "portrait-rima-daouk"]
)
def test_a_picture_is_the_same_every_time(slug):
    picture = next(picture for picture in LISTED if picture.slug == slug)
    first = draw(picture).tobytes()
    draw(spec("sea", palette="night"))
    assert draw(picture).tobytes() == first


def test_pictures_of_one_kind_differ_by_slug():
    first, second = (PictureSpec(slug=slug, kind="mountain", palette="dawn") for slug in ("one", "two"))
    assert draw(first).tobytes() != draw(second).tobytes()


@pytest.mark.parametrize("palette", PALETTES)
def test_the_palette_lights_the_scene(palette):
    assert is_a_picture(draw(spec("port", palette=palette)))


def test_night_is_darker_than_noon():
    brightness = {
        palette: ImageStat.Stat(draw(spec("skyline", palette=palette)).convert("L")).mean[0]
        for palette in ("noon", "night")
    }
    assert brightness["night"] < brightness["noon"] / 2


def test_every_scene_is_asked_for_by_a_listed_picture():
    drawn = {KINDS[picture.kind].painter(picture) for picture in LISTED}
    assert drawn == {choice.painter for kind in KINDS.values() for choice in kind.choices}


def test_the_last_scene_of_a_kind_fits_any_alternative_text():
    assert all(kind.choices[-1].words == () for kind in KINDS.values())


def test_a_map_keeps_its_box_in_sight_and_north_up():
    bbox = (31.0, 10.5, 52.0, 31.5)
    projection = Projection(bbox, (1600, 1067))
    west, south, east, north = bbox
    left, bottom = projection.point(west, south)
    right, top = projection.point(east, north)
    assert 0 < left < right < 1600
    assert 0 < top < bottom < 1067


def test_a_map_reaches_as_far_as_the_globe_says():
    projection = Projection((40.0, 20.0, 50.0, 30.0), (1600, 1067))
    (x0, _), (x1, _) = projection.point(44.5, 25.16), projection.point(45.5, 25.16)
    # A degree of longitude at 25° north is about 100.7 kilometres.
    assert projection.kilometres(x1 - x0) == pytest.approx(100.7, rel=0.01)


def test_a_route_needs_two_places_of_the_map():
    places = (Place("Suez", 32.55, 29.97), Place("Aden", 45.03, 12.79))
    plain = draw(spec("map", places=places, bbox=(31.0, 10.5, 52.0, 31.5)))
    lost = draw(spec("map", places=places, bbox=(31.0, 10.5, 52.0, 31.5), route=("Suez", "Atlantis")))
    joined = draw(spec("map", places=places, bbox=(31.0, 10.5, 52.0, 31.5), route=("Suez", "Aden")))
    assert lost.tobytes() == plain.tobytes()
    assert joined.tobytes() != plain.tobytes()


@pytest.mark.parametrize(
    ("words", "trait", "value"),
    [
        ("a woman with short grey hair and round glasses", "glasses", "round"),
        ("a man with a grey beard and a turtleneck", "beard", "full"),
        ("a man with a short black beard and an open collar", "beard", "short"),
        ("a man with glasses and a moustache", "beard", "moustache"),
        ("a woman wearing a navy headscarf", "style", "headscarf"),
        ("a woman with long dark hair tied back", "style", "tied"),
        ("a man with fair thinning hair and a tie", "clothes", "tie"),
        ("a woman with close-cropped hair and gold earrings", "earrings", True),
        ("a woman with silver-streaked hair", "streaked", True),
        ("a man with cropped hair and a wool jacket", "woman", False),
    ],
)
def test_a_portrait_shows_what_its_alternative_text_says(words, trait, value):
    assert getattr(sitter_for(spec("portrait", alt=f"Portrait of somebody, {words}.")), trait) == value


def test_hair_tied_back_is_not_a_tie():
    sitters = [sitter_for(PictureSpec(f"s{n}", "portrait", alt="A woman with hair tied back.")) for n in range(20)]
    assert {sitter.clothes for sitter in sitters} <= {"blazer", "blouse"}


def test_a_kind_nobody_draws_is_named_with_those_one_can_choose():
    with pytest.raises(PictureError, match=r"'submarine'.*choose one of abstract, "):
        draw(spec("submarine"))


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        ('slug = "a"', "no 'kind'"),
        ('kind = "sea"', "no 'slug'"),
        ('slug = "a"\nkind = "sea"\npalette = "mauve"', "choose one of dawn"),
        ('slug = "a"\nkind = "sea"\nfocus = [0.5, 1.2]', "outside the picture"),
        ('slug = "a"\nkind = "sea"\nfocus = "left"', "not written as a picture"),
        ('slug = "a"\nkind = "map"\nbbox = [50.0, 10.0, 40.0, 20.0]', "west below east"),
        ('slug = "a"\nkind = "map"\nplaces = [{ label = "Aden" }]', "lon"),
        ('slug = "a"\nkind = "sea"\n[[pictures]]\nslug = "a"\nkind = "sea"', "twice"),
    ],
)
def test_a_picture_that_is_not_understood_is_named_with_the_remedy(tmp_path, entry, complaint):
    path = tmp_path / "pictures.toml"
    path.write_text(f"[[pictures]]\n{entry}\n", encoding="utf-8")
    with pytest.raises(PictureError, match=complaint):
        load_specs(path)


@pytest.mark.parametrize(
    ("slug", "size"),
    [("icon-180", (180, 180)), ("icon-192", (192, 192)), ("icon-512", (512, 512)), ("share", (1200, 630))],
)
def test_the_titles_marks_have_the_sizes_their_readers_want(slug, size):
    mark = BRAND[slug]()
    assert mark.size == size
    assert ImageStat.Stat(mark.convert("L")).stddev[0] > 20


@pytest.mark.parametrize("slug", ["icon-180", "icon-192", "icon-512"])
def test_the_icon_in_the_static_files_is_the_one_drawn_here(slug):
    kept = Image.open(STATIC_IMAGES / f"{slug}.png").convert("RGB")
    assert kept.tobytes() == BRAND[slug]().tobytes()


def test_the_favicon_is_a_square_drawing():
    root = ElementTree.parse(STATIC_IMAGES / "favicon.svg").getroot()
    _, _, width, height = root.attrib["viewBox"].split()
    assert root.tag.endswith("svg")
    assert width == height


def test_the_command_writes_the_pictures_asked_for(tmp_path, capsys):
    assert main([str(tmp_path / "out"), "series-gulf", "icon-180"]) == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["icon-180.png", "series-gulf.jpg"]
    with Image.open(tmp_path / "out" / "series-gulf.jpg") as image:
        assert (image.format, image.size) == ("JPEG", (1600, 1067))
    assert "series-gulf.jpg" in capsys.readouterr().out


def test_the_command_refuses_an_unknown_slug_and_writes_nothing(tmp_path, capsys):
    assert main([str(tmp_path / "out"), "series-gulf", "atlantis"]) == 1
    assert "atlantis" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
