"""How a file is named in the answer that hands it out."""

from urllib.parse import unquote

import pytest

from api.appointments.attachments import disposition


@pytest.mark.parametrize("name", ["合同.pdf", 'a"b\\c.pdf', "a;b=c'd%20.pdf", "\U0001f41f.pdf"])
def test_a_file_name_cannot_break_out_of_its_header(name: str) -> None:
    header = disposition(name)
    plain, _, whole = header.removeprefix('attachment; filename="').partition("\"; filename*=UTF-8''")
    assert header.isascii()
    assert not set('"\\;') & set(plain)
    assert unquote(whole) == name
