"""Pictures of captchas: a speed bump for programs, easy to read for people.

The library paints a glyph through a mask of its own brightness, so that dark ink on light paper comes out faint. Here
it paints white on black, which keeps all of it, and that picture is the mask through which the ink is laid on paper.
"""

import io
import secrets
from threading import Lock

from captcha.image import ImageCaptcha
from PIL import Image, ImageFilter

CELL, HEIGHT = 38, 64
_FONT_SIZES = (44, 48, 52)
_WHITE, _BLACK = (255, 255, 255), (0, 0, 0)
_PAPER, _NOISE = (247, 249, 252), (196, 204, 214)
_DARKEST_CHANNEL = 90
_DOTS = 40


class Painter:
    """Draws texts in dark ink over pale noise, each glyph in a cell of its own; for one thread at a time."""

    def __init__(self) -> None:
        self._drawing = Lock()  # a font is not for two threads at once
        self._painter = ImageCaptcha(CELL, HEIGHT, font_sizes=_FONT_SIZES)
        self._painter.character_rotate = (-15, 15)
        self._painter.character_warp_dx = (0.1, 0.2)
        self._painter.character_warp_dy = (0.1, 0.2)
        self._painter.word_space_probability = 1.0

    def draw(self, text: str) -> bytes:
        """A PNG, ``CELL`` wide for each character."""
        size = (CELL * len(text), HEIGHT)
        paper, mask = Image.new("RGB", size, _PAPER), Image.new("L", size)
        with self._drawing:
            for place, character in enumerate(text):
                glyph = self._painter.create_captcha_image(character, _WHITE, _BLACK)
                mask.paste(glyph.convert("L"), (place * CELL, 0))
        self._painter.create_noise_dots(paper, _NOISE, number=_DOTS)
        self._painter.create_noise_curve(paper, _NOISE)
        ink = Image.new("RGB", size, tuple(secrets.randbelow(_DARKEST_CHANNEL) for _ in range(3)))
        paper.paste(ink, mask=mask.filter(ImageFilter.SMOOTH))
        written = io.BytesIO()
        paper.save(written, "PNG")
        return written.getvalue()
