"""The store of files, on a directory and on a real S3 server: what goes in comes out, and damage is reported."""

import hashlib
import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import obstore
import pytest
from obstore.store import LocalStore, S3Store

from runtime.ciphers import Algorithm
from runtime.objects import UNREACHABLE, Damaged, Missing, Objects, Wrapped
from runtime.sealing import Keyring, Sealer, new_key
from runtime.settings import Settings
from tests.integration.documents.seaweed import BUCKET, Seaweed, seaweed

DATA = b"%PDF-1.7 a file of the test"
NAME = hashlib.sha256(DATA).hexdigest()
FINGERPRINT = new_key()
OLD, NEW = f"old:{new_key()}", f"new:{new_key(Algorithm.SM4_GCM)}"


def ring(*keys: str, fingerprint: str = FINGERPRINT) -> Sealer:
    return Sealer(Keyring.parse(",".join(keys), fingerprint))


SEALER = ring(OLD)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Seaweed]:
    with seaweed(tmp_path_factory.mktemp("seaweed")) as running:
        yield running


@pytest.fixture(params=["directory", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty store, as the settings name it."""
    if request.param == "directory":
        return Settings(data_dir=tmp_path)
    server: Seaweed = request.getfixturevalue("server")
    for name, value in server.environment.items():
        monkeypatch.setenv(name, value)
    return Settings(objects_url=f"s3://{BUCKET}/{tmp_path.name}")


@pytest.fixture
def objects(store: Settings) -> Objects:
    return Objects.of(store, SEALER)


@pytest.fixture
def raw(objects: Objects) -> LocalStore | S3Store:
    """The raw bytes in the store."""
    return objects._store


def lying(raw: LocalStore | S3Store) -> dict[str, bytes]:
    """Path → bytes."""
    return {each["path"]: bytes(obstore.get(raw, each["path"]).bytes()) for page in obstore.list(raw) for each in page}


def put_in_clear(raw: LocalStore | S3Store, data: bytes) -> str:
    """Stores the file as earlier versions did."""
    name = hashlib.sha256(data).hexdigest()
    obstore.put(raw, f"{name[:2]}/{name}", data)
    return name


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


def test_what_is_not_what_it_was_is_told_and_heals(objects: Objects, raw: LocalStore | S3Store) -> None:
    objects.put(NAME, DATA)
    whole = lying(raw)[objects.path_of(NAME)]
    for damaged in (whole[:-1], whole + b"!", b"", whole.replace(b":v1:old:", b":v1:lost:"), DATA):
        obstore.put(raw, objects.path_of(NAME), damaged)
        with pytest.raises(Damaged):
            objects.get(NAME)
    objects.put(NAME, DATA)
    assert objects.get(NAME) == DATA


def test_content_that_has_not_its_digest_is_not_given_whole(objects: Objects) -> None:
    objects.put(NAME, [b"1" * 100_000, b"2" * 100_000])
    pieces = []
    with pytest.raises(Damaged):
        pieces += list(objects.read(NAME))
    assert pieces == []


def test_nobody_else_can_tell_what_lies_there(objects: Objects, raw: LocalStore | S3Store) -> None:
    objects.put(NAME, DATA)
    ((path, stored),) = lying(raw).items()
    assert NAME not in path
    assert DATA not in stored
    assert Objects(raw, ring(OLD, fingerprint=new_key())).path_of(NAME) != path
    assert names(Objects(raw, ring(NEW, OLD))) == {NAME}, "a name stays the same when keys rotate"
    assert names(Objects(raw, ring(OLD, fingerprint=new_key()))) == set(), "a file of another system is none of ours"


def test_content_that_breaks_off_leaves_nothing(objects: Objects, raw: LocalStore | S3Store) -> None:
    def broken() -> Iterator[bytes]:
        yield b"x" * 200_000
        raise ConnectionError

    with pytest.raises(ConnectionError):
        objects.put(NAME, broken())
    assert lying(raw) == {}


def test_what_earlier_versions_stored_is_read_listed_and_taken_away(
    objects: Objects, raw: LocalStore | S3Store
) -> None:
    assert put_in_clear(raw, DATA) == NAME
    assert objects.get(NAME) == DATA
    assert names(objects) == {NAME}
    obstore.put(raw, f"{NAME[:2]}/{NAME}", DATA[::-1])
    with pytest.raises(Damaged):
        objects.get(NAME)
    objects.delete(NAME)
    assert lying(raw) == {}


def test_a_new_key_takes_over_every_file_and_the_old_one_is_needed_no_more(
    store: Settings, objects: Objects, raw: LocalStore | S3Store
) -> None:
    objects.put(NAME, DATA)
    large = bytes(each % 251 for each in range(200_000))
    clear = put_in_clear(raw, large)
    rotated = Objects.of(store, ring(NEW, OLD))
    assert set(rotated.wrapped()) == {Wrapped(NAME, "old"), Wrapped(clear, None)}
    assert set(rotated.rewrap()) == {Wrapped(NAME, "old"), Wrapped(clear, None)}
    assert set(rotated.rewrap()) == set()
    assert set(rotated.wrapped()) == {Wrapped(NAME, "new"), Wrapped(clear, "new")}
    assert not [path for path, stored in lying(raw).items() if DATA in stored or large[:1000] in stored]
    alone = Objects.of(store, ring(NEW))
    assert (alone.get(NAME), alone.get(clear)) == (DATA, large)
    assert len(lying(raw)) == 2


def test_what_is_damaged_is_left_as_it_is_and_named(
    store: Settings, objects: Objects, raw: LocalStore | S3Store
) -> None:
    objects.put(NAME, DATA)
    obstore.put(raw, objects.path_of(NAME), b"")
    clear = put_in_clear(raw, b"clear")
    obstore.put(raw, f"{clear[:2]}/{clear}", b"something else")
    before = lying(raw)
    assert set(Objects.of(store, ring(NEW, OLD)).rewrap()) == {Wrapped(NAME, "?"), Wrapped(clear, "?")}
    assert lying(raw) == before


def test_files_are_read_and_written_while_a_new_key_takes_over(store: Settings, objects: Objects) -> None:
    contents = [bytes([each]) * 1000 for each in range(30)]
    wanted = {hashlib.sha256(each).hexdigest(): each for each in contents}
    for name, data in wanted.items():
        objects.put(name, data)
    rotated = Objects.of(store, ring(NEW, OLD))

    def use() -> None:
        for name, data in wanted.items():
            assert rotated.get(name) == data
            rotated.put(name, data)

    with ThreadPoolExecutor(2) as threads:
        using = threads.submit(use)
        list(rotated.rewrap())
        using.result()
    assert {name: rotated.get(name) for name in wanted} == wanted


def test_many_files_are_listed(objects: Objects) -> None:
    wanted = {hashlib.sha256(bytes([each])).hexdigest(): bytes([each]) for each in range(40)}
    for name, data in wanted.items():
        objects.put(name, data)
    assert names(objects) == set(wanted)


def test_a_directory_is_its_owners_alone(tmp_path: Path) -> None:
    Objects.of(Settings(data_dir=tmp_path), SEALER)
    assert stat.S_IMODE((tmp_path / "objects").stat().st_mode) == 0o700


def test_a_store_that_is_away_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name, value in {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ALLOW_HTTP": "true"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    gone = Objects.of(Settings(objects_url="s3://nowhere"), SEALER)
    for act in (gone.check, lambda: gone.put(NAME, DATA), lambda: gone.get(NAME)):
        with pytest.raises(UNREACHABLE):
            act()
    folder = Objects.of(Settings(data_dir=tmp_path), SEALER)
    (tmp_path / "objects").rmdir()
    with pytest.raises(UNREACHABLE):
        folder.check()


def test_only_s3_can_be_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="s3://"):
        Objects.of(Settings(objects_url=f"file://{tmp_path}"), SEALER)
