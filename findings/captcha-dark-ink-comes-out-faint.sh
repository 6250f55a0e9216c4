#!/usr/bin/env bash
# The library `captcha` takes the colour of a picture's characters as an argument, and one would expect black to give the
# best contrast. It draws each character in that colour on a transparent layer and then uses the layer's own brightness as
# the mask with which it is laid upon the paper. Black has no brightness: the darker the ink, the fainter what is seen.
#
# Draws one text with a pale, a middle and a nearly black ink on white paper, without noise, and measures how far the
# darkest pixel is from the paper. Ends with 1 when darker ink gives the stronger picture, as one would expect.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check captcha==0.7.1 pillow==11.3.0
"$folder/venv/bin/python" - <<'PY'
import random
from importlib.metadata import version

from captcha.image import ImageCaptcha

INKS = {"pale": (160, 160, 160), "middle": (110, 110, 110), "nearly black": (10, 10, 10)}
print("captcha", version("captcha"), "pillow", version("pillow"))
seen = {}
for name, ink in INKS.items():
    random.seed(7)
    picture = ImageCaptcha(width=200, height=80).create_captcha_image("HELLO", ink, (255, 255, 255)).convert("L")
    darkest = picture.getextrema()[0]
    seen[name] = 255 - darkest
    print(f"ink {ink[0]:3}: darkest pixel {darkest:3}, {seen[name]:3} away from the paper")
raise SystemExit(0 if seen["nearly black"] < seen["middle"] else 1)
PY
echo "the behaviour is as described"
