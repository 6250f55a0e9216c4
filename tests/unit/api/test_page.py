"""Which files of a build are served, and under which policy."""

import gzip
import json
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from api.page import policy
from api.page.build import Build
from api.page.routes import Page


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    built = tmp_path / "dist"
    (built / "assets").mkdir(parents=True)
    (built / "index.html").write_text("<title>x</title>")
    (built / "pages.json").write_text(json.dumps({"apply": "/apply", "application": "/apply/:number"}))
    (built / "assets" / "a-1.js").write_text("let a")
    (built / "assets" / "a-1.js.gz").write_bytes(gzip.compress(b"let a"))
    (tmp_path / "secret.txt").write_text("secret")
    return built


def test_the_paths_of_the_pages_are_those_of_the_build(folder: Path) -> None:
    assert list(Build(folder).pages()) == ["/apply", "/apply/{number}"]


def client(folder: Path) -> httpx.AsyncClient:
    application = Starlette(routes=list(Page(Build(folder)).routes()))
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://page")


async def test_without_a_build_there_is_the_one_path_that_says_so(tmp_path: Path) -> None:
    async with client(tmp_path / "dist") as browser:
        answer = await browser.get("/")
    assert answer.status_code == 503
    assert "make web" in answer.text


@pytest.mark.parametrize(
    "names", [("..", "secret.txt"), ("assets", "../../secret.txt"), ("assets",), ("assets", "b.js"), ("assets", "..")]
)
def test_nothing_outside_the_build_is_a_file(folder: Path, names: tuple[str, ...]) -> None:
    assert Build(folder).file(*names, gzip=False) is None


def test_the_compressed_twin_keeps_the_type_of_the_file(folder: Path) -> None:
    served = Build(folder).file("assets", "a-1.js", gzip=True)
    assert served is not None
    assert (served.path.name, served.media_type, served.encoding) == ("a-1.js.gz", "text/javascript", "gzip")


async def test_a_build_that_comes_later_is_served(tmp_path: Path) -> None:
    async with client(tmp_path) as browser:
        assert (await browser.get("/")).status_code == 503
        (tmp_path / "index.html").write_text("<title>x</title>")
        assert (await browser.get("/")).status_code == 200


@pytest.mark.parametrize("word", ["unsafe-inline", "unsafe-eval", " *", "https:"])
def test_the_policy_of_the_page_lets_nothing_foreign_in(word: str) -> None:
    assert word not in policy.PAGE


def test_the_policy_of_the_api_page_knows_its_own_script() -> None:
    # `echo -n 'x' | openssl sha256 -binary | base64`
    assert "'sha256-LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE='" in policy.docs("<script>x</script>")
    assert "script-src 'self';" in policy.docs("<p>no script</p>")
