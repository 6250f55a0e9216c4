"""``docs/customs-messages.md`` leaves no word of the schema out."""

from pathlib import Path

import pytest
from lxml import etree

from customs.xml import SCHEMAS

PAGE = (Path(__file__).parents[3] / "docs" / "customs-messages.md").read_text(encoding="utf-8")
XS = {"xs": "http://www.w3.org/2001/XMLSchema"}


@pytest.mark.parametrize(
    ("schema", "element"),
    [
        ("envelope", "message_type"),
        ("receipt", "result"),
        ("technical_reply", "code"),
        ("appointment_feedback", "outcome"),
    ],
)
def test_every_word_of_a_list_is_explained(schema: str, element: str) -> None:
    tree = etree.parse(SCHEMAS / f"{schema}.xsd")
    words = tree.xpath(f"//xs:element[@name='{element}']//xs:enumeration/@value", namespaces=XS)
    assert words
    assert [word for word in words if f"`{word}`" not in PAGE] == []


def test_every_part_of_the_envelope_is_shown() -> None:
    tree = etree.parse(SCHEMAS / "envelope.xsd")
    names = tree.xpath("//xs:element[@name='message']/xs:complexType/xs:sequence/xs:element/@name", namespaces=XS)
    assert [name for name in names if f"<{name}>" not in PAGE and f"`{name}`" not in PAGE] == []
