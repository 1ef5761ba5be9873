"""Which scene draws which picture, and the finish each kind of picture gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PIL import Image

from newsroom.demo.drawing.canvas import HEIGHT, WIDTH, Finish, Scene, finish
from newsroom.demo.drawing.scenes import (
    abstracts,
    airports,
    charts,
    civic,
    construction,
    control_rooms,
    deserts,
    farmland,
    halls,
    maps,
    markets,
    mountains,
    oilfields,
    portraits,
    ports,
    quarters,
    railways,
    rivers,
    seas,
    shores,
    skylines,
    solar_fields,
    stoneyards,
    workshops,
)
from newsroom.demo.drawing.specs import PictureError, PictureSpec

Painter = Callable[[Scene], None]

FILM = Finish()
PRINT = Finish(bloom=0.12, grain=4, contrast=0.05)
SHEET = Finish(bloom=0.0, grain=4, contrast=0.0, vignette=False)


@dataclass(frozen=True)
class Choice:
    """A scene, and the words an alternative text must hold for it to be the one; no words fit any text."""

    painter: Painter
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Kind:
    """Its scenes, the first that fits being drawn and the last being the usual one."""

    choices: tuple[Choice, ...]
    finish: Finish = FILM
    size: tuple[int, int] = (WIDTH, HEIGHT)

    def painter(self, spec: PictureSpec) -> Painter:
        return next(choice.painter for choice in self.choices if spec.promises(*choice.words))


def _kind(*choices: Choice, finish: Finish = FILM, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Kind:
    return Kind(choices, finish, size)


# What a reader of the alternative text is told is what is drawn: the words decide.
KINDS: dict[str, Kind] = {
    "abstract": _kind(
        Choice(abstracts.cooling_loops, ("loops",)),
        Choice(abstracts.broken_links, ("network",)),
        Choice(abstracts.sound, ("arcs",)),
        Choice(abstracts.envelopes, ("envelopes",)),
        Choice(abstracts.queue),
        finish=PRINT,
    ),
    "airport": _kind(Choice(airports.cargo_apron)),
    "chart": _kind(Choice(charts.chart), finish=PRINT),
    "construction": _kind(
        Choice(stoneyards.quarry, ("quarry",)),
        Choice(stoneyards.rubble_yard, ("crusher",)),
        Choice(construction.foundation_pit, ("pit",)),
        Choice(construction.new_blocks),
    ),
    "desert": _kind(Choice(deserts.turbines, ("turbines",)), Choice(deserts.dunes)),
    "farmland": _kind(
        Choice(farmland.greenhouses, ("greenhouse",)),
        Choice(farmland.terraces, ("terrace",)),
        Choice(farmland.olive_grove),
    ),
    "map": _kind(Choice(maps.region), finish=SHEET),
    "market": _kind(
        Choice(workshops.sewing_hall, ("sewing",)), Choice(markets.arcade, ("arches",)), Choice(markets.cloth_lane)
    ),
    "mountain": _kind(
        Choice(mountains.red_valley, ("sandstone",)),
        Choice(mountains.snow_range, ("snow",)),
        Choice(mountains.cedar_ridges),
    ),
    "oilfield": _kind(Choice(oilfields.flares, ("flares",)), Choice(oilfields.pumping_station)),
    "parliament": _kind(Choice(civic.assembly, ("columned",)), Choice(civic.parliament)),
    "port": _kind(
        Choice(ports.silos, ("silos",)),
        Choice(ports.gas_jetty, ("gas carrier",)),
        Choice(ports.night_quay, ("floodlit",)),
        Choice(ports.container_berth),
    ),
    "portrait": _kind(Choice(portraits.bust), finish=PRINT, size=(800, 800)),
    "rail": _kind(Choice(railways.factory_line, ("sheds",)), Choice(railways.freight_train)),
    "river": _kind(
        Choice(rivers.old_bridge, ("bridge",)), Choice(rivers.sails, ("feluccas",)), Choice(rivers.brown_bend)
    ),
    "sea": _kind(
        Choice(seas.breakwater, ("waves",)),
        Choice(seas.golden_horn, ("ferries", "minarets")),
        Choice(seas.night_bridge, ("bridge",)),
        Choice(shores.beach, ("beach",)),
        Choice(shores.armour_blocks),
    ),
    "server-hall": _kind(Choice(control_rooms.control_room, ("screens",)), Choice(halls.server_hall)),
    "skyline": _kind(
        Choice(quarters.hillside, ("hillside",)),
        Choice(quarters.bay, ("bay",)),
        Choice(quarters.brick_quarter, ("brick",)),
        Choice(quarters.old_silhouette, ("domes",)),
        Choice(skylines.creek, ("creek",)),
        Choice(skylines.business_district, ("office towers",)),
        Choice(skylines.gulf_coast),
    ),
    "solar": _kind(Choice(solar_fields.panels_to_the_dunes, ("dunes",)), Choice(solar_fields.batteries_at_dusk)),
}


def draw(picture: PictureSpec) -> Image.Image:
    """Draw a picture: RGB, 1600 × 1067 (portraits 800 × 800), the same pixels for the same entry every time."""
    kind = KINDS.get(picture.kind)
    if kind is None:
        raise PictureError(
            f"Picture {picture.slug!r} is of kind {picture.kind!r}, which nobody draws; "
            f"choose one of {', '.join(KINDS)}."
        )
    scene = Scene(picture, kind.size)
    kind.painter(picture)(scene)
    finish(scene, kind.finish)
    return scene.image
