"""Where two readers may understand one file in two ways, it is judged as viewers show it, or refused.

What differs is harmless in every file here: a title, a number, a page more. Where a file has to be refused for what it
holds, ``/AA`` with a jump inside the file represents it.
"""

from pathlib import Path

import pytest

from runtime.inspection.judging import judge
from tests.pdfs.raw import (
    CATALOG,
    DRAWING,
    PAGE,
    PAGES,
    many_pages,
    one_page,
    packed,
    stream,
    table_at,
    updated,
    with_streams_of_objects,
)

PRODUCED = Path(__file__).parents[2] / "pdfs" / "produced"
AMBIGUOUS, DAMAGED, ACTIVE = "document.ambiguous", "document.damaged", "document.active_content"
#: The mildest thing that is refused: a jump to the first page when the file is closed.
MARKED = b"/AA<</WC<</S/GoTo/D[3 0 R/Fit]>>>>"


def catalog(keys: bytes) -> bytes:
    return one_page({1: CATALOG[:-2] + keys + b">>"})


def info(keys: bytes) -> bytes:
    return one_page({5: b"<<" + keys + b">>"}, trailer=b"/Info 5 0 R")


def check_box(appearances: bytes, appearance: bytes = b"") -> bytes:
    field = b"<</Type/Annot/Subtype/Widget/FT/Btn/T(a)/Rect[0 0 9 9]/AS/JS/AP" + appearances + b">>"
    drawn = stream(DRAWING, b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]" + appearance)
    return one_page({3: PAGE[:-2] + b"/Annots[5 0 R]>>", 5: field, 6: drawn, 7: b"<</JS 6 0 R/AA 6 0 R/EF 6 0 R>>"})


DIRECT = b"<</N<</JS 6 0 R/Off 6 0 R>>/R<</AA 6 0 R>>/D<</EF 6 0 R/XFA 6 0 R>>>>"


@pytest.mark.parametrize("appearances", [DIRECT, b"<</N 7 0 R/D 7 0 R>>", b"<</N 6 0 R>>"])
def test_the_states_of_a_check_box_may_have_any_name(appearances: bytes) -> None:
    assert judge(check_box(appearances)).refused is None


def test_the_appearance_of_a_state_is_judged() -> None:
    assert judge(check_box(DIRECT, MARKED)).refused == ACTIVE
    assert judge(check_box(b"<</N 6 0 R>>", MARKED)).refused == ACTIVE


def test_properties_of_a_document_may_have_any_name() -> None:
    assert judge(info(b"/JS(an author)/AA(a word)")).refused is None


NAMED_TWICE = {
    "a language": catalog(b"/Lang(a)/Lang(b)"),
    "a language, once with signs": catalog(b"/Lang(a)/Lan#67(b)"),
    "a picture": one_page({3: PAGE.replace(b"/Resources<<>>", b"/Resources<</XObject<</I 5 0 R/I 6 0 R>>>>")}),
    "a jump": catalog(b"/OpenAction[3 0 R/Fit]/OpenAction[3 0 R/XYZ 0 0 1]"),
    "in a dictionary inside": catalog(b"/ViewerPreferences<</FitWindow true/FitWindow false>>"),
    "in the trailer": one_page({5: CATALOG}, trailer=b"/Root 5 0 R"),
    "the length of a stream": one_page({4: b"<</Length 18/Length 3>>\nstream\n" + DRAWING + b"\nendstream"}),
    "nothing, then something": catalog(b"/Lang null/Lang(b)"),
}


@pytest.mark.parametrize("name", NAMED_TWICE)
def test_a_key_with_two_values_is_refused(name: str) -> None:
    verdict = judge(NAMED_TWICE[name])
    assert (verdict.refused, set(verdict.facts)) == (AMBIGUOUS, {"found"})


def test_a_key_with_two_values_in_a_stream_of_objects_is_refused() -> None:
    assert judge(_packed_catalog(b"/Lang(a)/Lang(b)")).refused == AMBIGUOUS
    assert judge(_packed_catalog(b"/Lang(a)/Lang(a)")).refused is None


def _packed_catalog(keys: bytes) -> bytes:
    bodies = {1: CATALOG[:-2] + keys + b">>", 2: PAGES, 3: b"<</Type/Page/Parent 2 0 R>>"}
    return with_streams_of_objects([_holder(bodies)], [(n, 10, at) for at, n in enumerate(bodies)])


def _holder(bodies: dict[int, bytes]) -> bytes:
    index, body = b"", b""
    for number, each in bodies.items():
        index += b"%d %d " % (number, len(body))
        body += each + b" "
    return packed(index + body, b"/Type/ObjStm/N %d/First %d" % (len(bodies), len(index)))


@pytest.mark.parametrize("keys", [b"/Lang(a)/Lang(a)", b"/Lang(a)/Lang<61>", b"/A[1 2]/A[1  2]", b"/Type/Catalog"])
def test_a_key_with_one_value_twice_is_taken(keys: bytes) -> None:
    assert judge(catalog(keys)).refused is None


@pytest.mark.parametrize(
    "data",
    [
        info(b"/Title(a)/Author()/Title()"),  # pdfTeX
        catalog(b"/OutputIntents[<</S/GTS_PDFA1/OutputCondition(a)/OutputCondition(b)>>]"),  # scanners
        one_page({5: b"<<>>", 6: b"<<>>"}, trailer=b"/Info 5 0 R/Info 6 0 R"),
    ],
)
def test_two_values_that_change_nothing_are_taken(data: bytes) -> None:
    assert judge(data).refused is None


@pytest.mark.parametrize("broken", [b"", b"1"])
def test_all_keys_of_a_stream_of_cross_references_are_judged(broken: bytes) -> None:
    carried = _packed_catalog(b"").replace(b"/Root 1 0 R", b"/Root 1 0 R/AdditionalStreams[/a 10 0 R]")
    verdict = judge(carried.replace(b"startxref\n", b"startxref\n" + broken))
    assert verdict.facts == {"found": "/AdditionalStreams"}


GAPS = {
    "one bracket": b"/A<</B 1>x/C 2>>",
    "null for a key": b"/A<<null/C 2>>",
    "a number for a key": b"/A<<1/B/C>>",
    "no value": b"/A<</B 1/C>>",
    "an end for a value": b"/A<</B endobj/C 2>>",
}


@pytest.mark.parametrize("name", GAPS)
def test_a_dictionary_that_readers_end_in_different_places_is_refused(name: str) -> None:
    assert judge(catalog(GAPS[name])).facts == {"found": "gap"}


@pytest.mark.parametrize(
    "keys",
    [
        MARKED.replace(b"/AA", b"/AA\x00"),
        MARKED.replace(b"/AA", b"/#41A"),
        b"%a comment\r" + MARKED + b"\n",
        b"/Lang%a comment\r(a)" + MARKED,
        b"/Lang(a\\\r\n\\)b(c))" + MARKED,
        b"/Lang<6 1>" + MARKED,
    ],
)
def test_a_key_is_found_however_it_is_written(keys: bytes) -> None:
    assert judge(catalog(keys)).facts == {"found": "/AA"}


def test_a_comment_before_a_stream_hides_nothing_of_it() -> None:
    text = b"<</Length 50000>> % a comment\nstream\n" + b" " * 50_000 + b"\nendstream"
    assert judge(one_page({4: text})).pages[0] > 50_000


@pytest.mark.parametrize("keys", [b"/F(elsewhere.txt)", b"/Ref<</F(elsewhere.pdf)/Page 0>>"])
def test_a_stream_whose_data_is_in_another_file_is_refused(keys: bytes) -> None:
    verdict = judge(one_page({4: stream(DRAWING, keys)}))
    assert verdict.refused == ACTIVE
    assert verdict.facts["found"] in {"/F", "/Ref"}


def test_names_of_appearances_in_a_tree_are_no_states() -> None:
    tree = b"/Names<</AP<</Kids[<</Limits[(a)(b)]/Names[(a)<<%b>>]>>]>>>>"
    assert judge(catalog(tree % b"/Type/XObject")).refused is None
    assert judge(catalog(tree % MARKED)).refused == ACTIVE


MARKED_CATALOG = CATALOG[:-2] + MARKED + b">>"
TWO_PAGES = {2: PAGES.replace(b"[3 0 R]/Count 1", b"[3 0 R 5 0 R]/Count 2"), 5: PAGE}


def test_the_last_save_is_judged() -> None:
    assert len(judge(updated(one_page(), TWO_PAGES)).pages) == 2
    assert judge(updated(one_page(), {1: MARKED_CATALOG})).refused == ACTIVE
    assert judge(updated(one_page({1: MARKED_CATALOG}), {1: CATALOG})).refused is None


def test_what_a_later_save_deleted_is_gone() -> None:
    marked = one_page({3: PAGE[:-2] + b"/Annots[5 0 R]>>", 5: b"<</Subtype/Link" + MARKED + b">>"})
    assert judge(marked).refused == ACTIVE
    assert judge(updated(marked, {}, gone=[5])).refused is None


def test_a_page_that_a_later_save_deleted_is_gone() -> None:
    whole = one_page(TWO_PAGES)
    assert len(judge(whole).pages) == 2
    assert judge(updated(whole, {}, gone=[5])).refused == DAMAGED  # the tree still says that there are two
    assert len(judge(updated(whole, {2: PAGES}, gone=[5])).pages) == 1


def test_a_later_table_wins_over_an_earlier_stream_of_objects() -> None:
    assert judge(updated(_packed_catalog(b""), {1: MARKED_CATALOG})).refused == ACTIVE
    assert judge(updated(_packed_catalog(MARKED), {1: CATALOG})).refused is None


@pytest.mark.parametrize(("keys", "refused"), [(b"", None), (MARKED, ACTIVE)])
def test_what_only_newer_readers_see_is_judged(keys: bytes, refused: str | None) -> None:
    """A hybrid file: the table says that object 6 is free, ``/XRefStm`` where it is."""
    annotated = {3: PAGE[:-2] + b"/Annots[6 0 R]>>"}
    whole = one_page({**annotated, 7: _holder({6: b"<</Subtype/Link" + keys + b">>"})})
    row = bytes([2]) + (7).to_bytes(4) + bytes(2)
    hidden = stream(row, b"/Type/XRef/Size 9/W[1 4 2]/Index[6 1]")
    place = whole.index(b"xref\n")
    table = whole[place:].replace(b"/Root", b"/XRefStm %d/Root" % place)
    moved = b"8 0 obj\n" + hidden + b"\nendobj\n"
    table = table.replace(b"startxref\n%d" % place, b"startxref\n%d" % (place + len(moved)))
    assert judge(whole[:place] + moved + table).refused == refused


BROKEN_TABLE = {
    "the place of the table": lambda data: data.replace(b"startxref\n", b"startxref\n1"),
    "the place of an object": lambda data: data.replace(b"0000000015", b"0000000016"),
    "the number of rows": lambda data: data.replace(b"xref\n0 5", b"xref\n0 4"),
    "the word before the table": lambda data: data.replace(b"\nxref", b"\nxxxx"),
}


#: pypdf gives up on the others.
REPAIRED = ("the place of the table", "the place of an object")


@pytest.mark.parametrize("name", REPAIRED)
def test_a_broken_table_is_forgiven_when_there_is_one_way_to_repair_it(name: str) -> None:
    broken = BROKEN_TABLE[name](one_page())
    assert broken != one_page()
    assert len(judge(broken).pages) == 1
    assert judge(BROKEN_TABLE[name](one_page({1: MARKED_CATALOG}))).refused == ACTIVE


@pytest.mark.parametrize("name", BROKEN_TABLE)
def test_a_broken_table_is_refused_when_an_object_could_be_two(name: str) -> None:
    other = b"4 0 obj\n" + stream(DRAWING * 2) + b"\nendobj\n"
    twice = one_page().replace(b"%\xe2\xe3\xcf\xd3\n", b"%\xe2\xe3\xcf\xd3\n" + other)
    assert judge(BROKEN_TABLE[name](twice)).refused in {AMBIGUOUS, DAMAGED}


def test_an_object_that_stands_elsewhere_than_its_row_says_is_not_guessed() -> None:
    """The row of object 4 leads to object 3; there are two objects 4, of which a repair finds either."""
    whole = updated(one_page({5: b"null"}), {4: stream(DRAWING)})
    assert judge(whole).refused is None
    place = b"%010d" % whole.rindex(b"4 0 obj")
    assert judge(whole.replace(place, b"%010d" % whole.index(b"3 0 obj"))).refused == AMBIGUOUS


def test_a_stream_of_objects_that_contradicts_the_table_is_refused() -> None:
    bodies = {1: CATALOG, 2: PAGES, 3: b"<</Type/Page/Parent 2 0 R>>"}
    sound = [(number, 10, at) for at, number in enumerate(bodies)]
    turned = [(1, 10, 0), (2, 10, 2), (3, 10, 1)]
    assert judge(with_streams_of_objects([_holder(bodies)], sound)).refused is None
    # Only one object of each number: every search finds the same.
    assert judge(with_streams_of_objects([_holder(bodies)], turned)).refused is None
    two = [_holder(bodies), _holder({3: b"<</Type/Page/Parent 2 0 R/Rotate 90>>"})]
    assert judge(with_streams_of_objects(two, [*sound[:2], (3, 11, 1)])).refused == AMBIGUOUS


def test_a_reference_with_another_generation_is_refused() -> None:
    """Some readers look for the number alone, others for both."""
    old, new = b"<</Subtype/Link>>", b"<</Subtype/Link/Contents(b)>>"
    whole = updated(one_page({3: PAGE[:-2] + b"/Annots[5 0 R]>>", 5: old}), {5: new}, generation=1)
    assert judge(whole).refused == AMBIGUOUS


TREES = {
    "a page named twice": ({2: PAGES.replace(b"[3 0 R]/Count 1", b"[3 0 R 3 0 R]/Count 2")}, None),
    "a node named twice": (
        {2: PAGES.replace(b"[3 0 R]/Count 1", b"[5 0 R 5 0 R]/Count 2"), 3: PAGE.replace(b"2 0 R", b"5 0 R")}
        | {5: b"<</Type/Pages/Parent 2 0 R/Kids[3 0 R]/Count 1>>"},
        AMBIGUOUS,
    ),
    "more pages than it says": ({2: PAGES.replace(b"[3 0 R]", b"[3 0 R 5 0 R]"), 5: PAGE}, DAMAGED),
    "a page with kids": ({3: PAGE[:-2] + b"/Kids[5 0 R]>>", 5: PAGE}, AMBIGUOUS),
    "a page that inherits from elsewhere": (
        {3: PAGE.replace(b"/Parent 2", b"/Parent 5"), 5: PAGES.replace(b"595", b"100")},
        AMBIGUOUS,
    ),
    "a page without a parent that inherits": ({3: PAGE.replace(b"/Parent 2 0 R", b"")}, AMBIGUOUS),
    "a page without a parent that inherits nothing": (
        {2: b"<</Type/Pages/Kids[3 0 R]/Count 1>>", 3: PAGE.replace(b"/Parent 2 0 R", b"/MediaBox[0 0 9 9]")},
        None,
    ),
    "a count that stands elsewhere": ({2: PAGES.replace(b"/Count 1", b"/Count 5 0 R"), 5: b"1"}, None),
    "kids that stand elsewhere": ({2: PAGES.replace(b"[3 0 R]", b" 5 0 R"), 5: b"[3 0 R]"}, None),
}


@pytest.mark.parametrize("name", TREES)
def test_a_tree_of_pages_has_one_reading(name: str) -> None:
    changes, refused = TREES[name]
    assert judge(one_page(changes)).refused == refused


def test_a_catalog_that_readers_would_look_for_is_refused() -> None:
    other = {1: b"<</Pages 2 0 R>>", 5: b"<</Type/Catalog/Pages 6 0 R>>", 6: b"<</Type/Pages/Kids[7 0 R]/Count 1>>"}
    assert judge(one_page({**other, 7: b"<</Type/Page/Parent 6 0 R>>"})).refused == DAMAGED


@pytest.mark.parametrize(
    "text",
    [
        b"<</Length 5>>\nstream\n%b\nendstream",
        b"<</Length 999999>>\nstream\n%b\nendstream",
        b"<</Length 9 0 R>>\nstream\n%b\nendstream",
        b"<<>>\nstream\n%b\nendstream",
    ],
)
def test_a_stream_ends_where_viewers_end_it_whatever_its_length_says(text: bytes) -> None:
    sizes = [judge(one_page({4: text % (b"n" * length), 9: b"70"})).pages[0] for length in (1_000, 11_000)]
    assert sizes[1] - sizes[0] == 10_000


def test_a_length_that_stands_behind_its_stream_is_followed() -> None:
    text = b"<</Length 9 0 R>>\nstream\n" + b" " * 20_000 + b"\nendstream"
    assert 20_000 < judge(one_page({4: text, 9: b"20000"})).pages[0] < 21_000


def test_a_linearised_file_is_read_from_where_viewers_begin() -> None:
    """Some begin behind the first object, others at the end of the file: both must find the same section."""
    sound = (PRODUCED / "scanner.pdf").read_bytes()
    assert judge(sound).refused is None
    assert table_at(sound) < 1_000
    saved = updated(sound, {2: b"<</Title(b)>>"})
    assert judge(saved).refused is None
    pretending = saved.replace(b"/L %d" % len(sound), b"/L %d" % len(saved))
    assert judge(pretending).refused == AMBIGUOUS


ENDINGS = {
    "lines of 19 bytes": lambda data: data.replace(b" \n", b"\n"),
    "lines ended by two signs": lambda data: data.replace(b" \n", b"\r\n"),
    "two marks of the end": lambda data: data + b"%%EOF\n",
    "a place before the line end": lambda data: data.replace(
        b"startxref\n%d" % table_at(data), b"startxref\n%d" % (table_at(data) - 1)
    ),
}


@pytest.mark.parametrize("name", ENDINGS)
def test_habits_of_programs_do_not_make_a_saved_file_ambiguous(name: str) -> None:
    first = ENDINGS[name](many_pages(1))
    saved = ENDINGS[name](updated(first, {2: b"<</Type/Pages/Kids[10 0 R]/Count 1/MediaBox[0 0 8 8]>>"}))
    assert judge(saved).refused is None


def test_a_first_section_that_names_a_predecessor_at_zero_is_taken() -> None:
    assert judge(one_page(trailer=b"/Prev 0")).refused is None


def test_many_saves_are_followed_to_the_first() -> None:
    data = many_pages(2)
    for number in range(5):
        data = updated(data, {50: b"<</Title(%d)>>" % number})
    assert len(judge(data).pages) == 2
    assert judge(updated(data, {1: MARKED_CATALOG})).refused == ACTIVE


def test_a_section_that_names_itself_behind_blanks_ends_the_search() -> None:
    looped = one_page(trailer=b"/Prev 77777")
    at = table_at(looped)
    looped = looped[:at] + b" " * 6_000 + looped[at:]
    looped = looped.replace(b"startxref\n%d" % at, b"startxref\n%d" % (at + 6_000))
    assert len(judge(looped.replace(b"77777", b"%05d" % (at + 5))).pages) == 1


def test_a_newest_trailer_without_a_catalog_is_refused() -> None:
    whole = updated(one_page(), {4: stream(DRAWING * 2)})
    end = whole.rindex(b"/Root 1 0 R")
    assert judge(whole[:end] + b"           " + whole[end + 11 :]).refused == AMBIGUOUS
