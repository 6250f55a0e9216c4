import pytest

from api.http.language import preferred


@pytest.mark.parametrize(
    ("header", "language"),
    [
        (None, "zh"),
        ("", "zh"),
        ("en", "en"),
        ("EN-gb", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("zh;q=0.3, en;q=0.7", "en"),
        ("en;q=0.5, zh;q=0.5", "zh"),
        ("fr, en;q=0.2", "en"),
        ("fr, de;q=0.2", "zh"),
        ("*", "zh"),
        ("*;q=0.1, en;q=0", "zh"),
        ("zh;q=0, *", "en"),
        ("en;q=0", "zh"),
        ("en;q=banana", "zh"),
        ("en;q=7", "zh"),
        ("en-US;q=0.1, en;q=0.9, zh;q=0.5", "en"),
        (";;,,=", "zh"),
    ],
)
def test_the_language_the_caller_likes_best(header: str | None, language: str) -> None:
    assert preferred(header) == language
