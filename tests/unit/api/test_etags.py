import pytest

from api.http.etags import EtagUnreadable, accepted_versions, of


@pytest.mark.parametrize(
    ("header", "versions"),
    [
        (None, None),
        ("*", None),
        (' "3" ', {3}),
        ('"3", "4"', {3, 4}),
        ('W/"3"', set()),
        ('W/"3", "4"', {4}),
        ('"abc"', set()),
        ('"03"', set()),
        ('""', set()),
        ('"99999999999999999999"', set()),
    ],
)
def test_versions_that_may_be_met(header: str | None, versions: set[int] | None) -> None:
    assert accepted_versions(header) == (None if versions is None else frozenset(versions))


@pytest.mark.parametrize("header", ["3", '"3', "", '"3";', '"3", *', 'w/"3"', '"3" "4"', "'3'"])
def test_what_is_no_entity_tag_is_unreadable(header: str) -> None:
    with pytest.raises(EtagUnreadable):
        accepted_versions(header)


def test_what_we_send_comes_back_as_the_same_version() -> None:
    assert accepted_versions(of(17)) == frozenset({17})
