"""Air: skies, sun and moon, clouds, stars, mist and the haze that sets things back."""

from __future__ import annotations

from PIL import Image, ImageChops

from newsroom.demo.drawing.canvas import Scene, gradient, halo, scaled, soften
from newsroom.demo.drawing.light import RGB, mix
from newsroom.demo.drawing.noise import BICUBIC, cloudy, emboss, threshold, white


def sky(scene: Scene, horizon: float, sun_x: float | None = None) -> None:
    """Grade the sky down to ``horizon``; with ``sun_x``, warm it around where the sun stands."""
    light = scene.light
    scene.image.paste(gradient((scene.width, round(horizon)), light.sky), (0, 0))
    if sun_x is not None:
        wide = halo(scene.size, (sun_x, horizon), (scene.width * 0.75, horizon * 0.95), 1.5)
        scene.glow(wide, light.sky[-1][1], 0.45 if light.low else 0.2)


def sun(scene: Scene, x: float, y: float, radius: float = 30.0, disc: bool = True) -> None:
    """A sun (by night a moon) with its aureole."""
    light = scene.light
    scene.glow(halo(scene.size, (x, y), (radius * 17, radius * 15), 2.2), mix(light.sky[-1][1], light.sun, 0.35), 0.75)
    scene.glow(halo(scene.size, (x, y), (radius * 5, radius * 5), 2.0), light.sun, 0.75)
    if disc:
        with scene.pen((x - radius - 4, y - radius - 4, x + radius + 4, y + radius + 4)) as pen:
            pen.ellipse(x, y, radius, radius, mix(light.sun, (255, 255, 255), 0.6))


def clouds(
    scene: Scene,
    top: float,
    bottom: float,
    cover: float = 0.45,
    scale: float = 2.2,
    colours: tuple[RGB, RGB] | None = None,
    strength: float = 0.85,
    sun_x: float | None = None,
) -> None:
    """Cloud between two heights. ``cover`` 0–1; ``colours`` are (lit, shaded), else taken from the light."""
    light, rng = scene.light, scene.rng
    lit, shade = colours or (mix(light.sun, light.sky[-1][1], 0.4), mix(light.sky[1][1], light.fill, 0.35))
    width, height = scene.width // 2, max(8, round(bottom - top) // 2)
    field = cloudy(rng, (width, height), (scale, scale * 1.9 * height / width * 2.2), 6, 0.55)
    edge = 178 - 130 * cover
    body = threshold(field, edge, edge + 80)
    dark, half = (0, 0, 0), (150, 150, 150)
    fade = gradient(
        (width, height), ((0.0, dark if top > 0 else half), (0.5, (255, 255, 255)), (1.0, dark))
    ).getchannel(0)
    side = 4 if sun_x is None or sun_x < scene.width / 2 else -4
    shading = soften(emboss(field, side, -6, 1.6), 2)
    tones = Image.merge("RGB", [shading.point(_ramp(shade[c], lit[c])) for c in range(3)])
    body = scaled(ImageChops.multiply(body, fade), strength)
    size = (scene.width, max(8, round(bottom - top)))
    scene.image.paste(tones.resize(size, BICUBIC), (0, round(top)), body.resize(size, BICUBIC))


def _ramp(dark: int, bright: int) -> list[int]:
    return [max(0, min(255, round(dark + (bright - dark) * (value - 70) / 120))) for value in range(256)]


def stars(scene: Scene, bottom: float, count: int = 260) -> None:
    rng = scene.rng
    with scene.pen((0, 0, scene.width, bottom)) as pen:
        for _ in range(count):
            y = bottom * rng.random() ** 1.4
            size, shine = rng.choice((0.5, 0.5, 0.7, 1.0)), rng.randint(60, 190)
            pen.ellipse(rng.uniform(0, scene.width), y, size, size, (232, 236, 250, round(shine * (1 - y / bottom))))


def haze(scene: Scene, y: float, spread: float, strength: float = 0.7, colour: RGB | None = None) -> None:
    """A band of bright air lying at height ``y``, thinning over ``spread`` pixels each way."""
    steps = 24
    column = Image.new("L", (1, steps * 2))
    column.putdata([round(255 * (1 - abs(i - steps + 0.5) / steps) ** 1.6) for i in range(steps * 2)])
    band = column.resize((scene.width, max(2, round(spread * 2))), BICUBIC)
    scene.image.paste(colour or scene.light.haze, (0, round(y - spread)), scaled(band, strength))


def mist(scene: Scene, y: float, spread: float, strength: float = 0.6, colour: RGB | None = None) -> None:
    """Haze torn into drifts."""
    height = max(4, round(spread * 2))
    drift = cloudy(scene.rng, (scene.width // 4, height // 4 + 1), (2.2, 1.4), 4, 0.5)
    drift = threshold(drift, 70, 210).resize((scene.width, height), BICUBIC)
    edge = gradient((scene.width, height), ((0, (0, 0, 0)), (0.5, (255, 255, 255)), (1, (0, 0, 0)))).getchannel(0)
    scene.image.paste(
        colour or scene.light.haze, (0, round(y - spread)), scaled(ImageChops.multiply(drift, edge), strength)
    )


def veil(scene: Scene, colour: RGB, strength: float) -> None:
    """An even film of air over everything drawn so far."""
    scene.image = Image.blend(scene.image, Image.new("RGB", scene.size, colour), strength)


def lamp(scene: Scene, x: float, y: float, radius: float, strength: float = 0.8, colour: RGB | None = None) -> None:
    """The glow around an artificial light."""
    scene.glow(halo(scene.size, (x, y), (radius, radius), 2.4), colour or scene.light.lamp, strength)


def rain_streaks(scene: Scene, strength: float = 0.12) -> None:
    """Slanting rain over the whole picture."""
    streaks = white(scene.rng, (scene.width, 26)).resize((scene.width, scene.height), BICUBIC)
    slanted = streaks.transform(scene.size, Image.Transform.AFFINE, (1, 0.22, -120, 0, 1, 0), BICUBIC)
    scene.glow(threshold(slanted, 196, 255), scene.light.haze, strength)
