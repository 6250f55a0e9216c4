"""Every captcha can be read: its picture is measured."""

import io
import secrets
from collections.abc import Iterator

import pytest
from PIL import Image, ImageDraw

from identity.captchas import ALPHABET, CHARACTERS
from identity.pictures import Painter

PICTURES = 40
#: WCAG 2.2, 1.4.3: contrast of text.
CONTRAST = 4.5
#: Smaller than any glyph and larger than any dot.
GLYPH_PIXELS, GLYPH_HEIGHT = 120, 24
#: The blended edge of a glyph may leave a dark dot beside it, of one pixel in one of some thousand pictures.
SPECK_PIXELS = 2
INK, PAPER, SEEN = 0, 255, 128


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    painter = Painter()
    texts = ("".join(secrets.choice(ALPHABET) for _ in range(CHARACTERS)) for _ in range(PICTURES))
    return [Image.open(io.BytesIO(painter.draw(text))).convert("RGB") for text in texts]


def luminance(colour: tuple[int, ...]) -> float:
    """The luminance that WCAG defines."""
    linear = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in colour)
    )
    return sum(part * weight for part, weight in zip(linear, (0.2126, 0.7152, 0.0722), strict=True))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def glyphs(picture: Image.Image) -> Iterator[tuple[int, int]]:
    """Pixels and height of every dark shape, from left to right."""
    shapes = picture.convert("L").point(lambda grey: INK if grey < SEEN else PAPER)
    for x in range(shapes.width):
        for y in range(shapes.height):
            if shapes.getpixel((x, y)) == INK:
                ImageDraw.floodfill(shapes, (x, y), SEEN)
                shape = shapes.point(lambda grey: 255 if grey == SEEN else 0)
                _, top, _, bottom = shape.getbbox() or (0, 0, 0, 0)
                yield shape.histogram()[255], bottom - top
                ImageDraw.floodfill(shapes, (x, y), PAPER)


def test_the_glyphs_stand_out_from_the_paper(pictures: list[Image.Image]) -> None:
    for picture in pictures:
        by_count = sorted(picture.getcolors(picture.width * picture.height) or [], reverse=True)
        paper, *others = [colour for _, colour in by_count if isinstance(colour, tuple)]
        # The commonest dark colour is the inside of the strokes; their edges are blended.
        ink = next(colour for colour in others if luminance(colour) < 0.25)
        assert contrast(ink, paper) >= CONTRAST


def test_no_glyph_touches_another_and_none_is_small(pictures: list[Image.Image]) -> None:
    for picture in pictures:
        found = [glyph for glyph in glyphs(picture) if glyph[0] > SPECK_PIXELS]
        assert len(found) == CHARACTERS
        assert min(pixels for pixels, _ in found) >= GLYPH_PIXELS
        assert min(height for _, height in found) >= GLYPH_HEIGHT


def test_the_noise_is_pale(pictures: list[Image.Image]) -> None:
    """Only glyphs are dark: nothing crosses one, or looks like a part of one."""
    for picture in pictures:
        dark = picture.convert("L").histogram()[:SEEN]
        assert sum(dark) == sum(pixels for pixels, _ in glyphs(picture))


def test_characters_that_look_alike_are_not_used_together() -> None:
    for alike in ("0OQD", "1IL", "2Z", "5S", "6G", "8B", "MW", "UV", "9G"):
        assert len(set(alike) & set(ALPHABET)) <= 1
