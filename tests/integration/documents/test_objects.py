"""The store of files, on a directory and on a real S3 server: what goes in comes out, and what is wrong is told."""

import hashlib
import stat
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from runtime.objects import UNREACHABLE, Damaged, Missing, Objects
from runtime.settings import Settings
from tests.integration.documents.seaweed import BUCKET, Seaweed, seaweed

DATA = b"%PDF-1.7 a file of the test"
NAME = hashlib.sha256(DATA).hexdigest()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture(params=["directory", "s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Objects:
    if request.param == "directory":
        return Objects.of(Settings(data_dir=tmp_path))
    server: Seaweed = request.getfixturevalue("server")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return Objects.of(Settings(objects_url=f"s3://{BUCKET}/{tmp_path.name}"))


def names(objects: Objects) -> set[str]:
    return {name for page in objects.listing() for name, _ in page}


def test_what_goes_in_comes_out_and_can_be_taken_away(objects: Objects) -> None:
    objects.check()
    assert names(objects) == set()
    objects.put(NAME, DATA)
    objects.put(NAME, DATA)
    assert objects.get(NAME) == DATA
    ((name, put_at),) = [each for page in objects.listing() for each in page]
    assert name == NAME
    assert abs(put_at - datetime.now(UTC)) < timedelta(minutes=1)
    objects.delete(NAME)
    objects.delete(NAME)
    assert names(objects) == set()
    with pytest.raises(Missing):
        objects.get(NAME)


def test_a_file_of_the_largest_size_goes_in_whole(objects: Objects) -> None:
    data = b"\xa5" * 4 * 1024**2
    name = hashlib.sha256(data).hexdigest()
    objects.put(name, data)
    assert objects.get(name) == data


def test_what_is_not_what_it_was_is_told_and_heals(objects: Objects) -> None:
    objects.put(NAME, DATA[::-1])
    with pytest.raises(Damaged):
        objects.get(NAME)
    objects.put(NAME, DATA)
    assert objects.get(NAME) == DATA


def test_many_files_are_listed(objects: Objects) -> None:
    wanted = {hashlib.sha256(bytes([each])).hexdigest(): bytes([each]) for each in range(40)}
    for name, data in wanted.items():
        objects.put(name, data)
    assert names(objects) == set(wanted)


def test_a_directory_is_its_owners_alone(tmp_path: Path) -> None:
    Objects.of(Settings(data_dir=tmp_path))
    assert stat.S_IMODE((tmp_path / "objects").stat().st_mode) == 0o700


def test_a_store_that_is_away_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    gone = Objects.of(Settings(objects_url="s3://nowhere"))
    for act in (gone.check, lambda: gone.put(NAME, DATA), lambda: gone.get(NAME)):
        with pytest.raises(UNREACHABLE):
            act()
    folder = Objects.of(Settings(data_dir=tmp_path))
    (tmp_path / "objects").rmdir()
    with pytest.raises(UNREACHABLE):
        folder.check()


def test_only_s3_can_be_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="s3://"):
        Objects.of(Settings(objects_url=f"file://{tmp_path}"))
