"""Content-Security-Policy of each kind of response: nothing from outside, nothing inline."""

import base64
import hashlib
import re

_INLINE = re.compile(r"<script>(.*?)</script>", re.DOTALL)


def _policy(**directives: str) -> str:
    return "; ".join(f"{name.replace('_', '-')} {value}" for name, value in directives.items())


_NOWHERE = {"object_src": "'none'", "base_uri": "'none'", "form_action": "'self'", "frame_ancestors": "'none'"}

#: Responses that are no page: a browser that shows one loads and runs nothing.
DATA = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"

#: The captcha and the icons of the date picker are ``data:``; the card program listens on the user's own machine.
PAGE = _policy(
    default_src="'self'",
    img_src="'self' data: blob:",
    connect_src="'self' http://127.0.0.1:* ws://127.0.0.1:*",
    **_NOWHERE,
)


def docs(html: str) -> str:
    """Returns the policy of the API page: allows its inline script by hash, and the inline styles of Swagger UI."""
    hashes = " ".join(f"'sha256-{_digest(script)}'" for script in _INLINE.findall(html))
    return _policy(
        default_src="'self'",
        script_src=f"'self' {hashes}".strip(),
        style_src="'self' 'unsafe-inline'",
        img_src="'self' data:",
        **_NOWHERE,
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
