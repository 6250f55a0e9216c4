"""Recognises files that are neither XLSX nor CSV by their content; reasons are words of ``domain.problems.files``."""

import zipfile
from collections.abc import Iterable

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
#: The bytes at a file's beginning that tell its format.
_LOOK = 4096
_MARKUP = (b"<html", b"<!doctype html", b"<table", b"<head", b"<meta", b"<style", b"<body", b"mime-version:")
_STRICT = b"purl.oclc.org/ooxml/"


def foreign_format(content: bytes) -> str | None:
    """Returns the reason why a file that is no archive is no table; None for text and archives."""
    if content.startswith(_OLD_OFFICE):
        return "encrypted_workbook" if _ENCRYPTED in content else "old_office"
    if content.startswith(b"%PDF-"):
        return "pdf"
    # Without zero bytes UTF-16 reads as ASCII does.
    head = content[:_LOOK].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xff\xfe \t\r\n").lower()
    if head.startswith(b"<?xml") and b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        return "xml_spreadsheet"
    if head.startswith((*_MARKUP, b"<?xml")):
        return "web_page"
    return None


def foreign_archive(archive: zipfile.ZipFile) -> str | None:
    """Returns the reason why an archive is no workbook that can be read; None for an XLSX."""
    names = archive.namelist()
    if "mimetype" in names:
        is_table = b"opendocument.spreadsheet" in archive.read("mimetype")
        return "opendocument" if is_table else "not_a_spreadsheet"
    if "xl/workbook.bin" in names:
        return "binary_workbook"
    if _has(names, "Index/"):
        return "numbers_document"
    if _has(names, "word/", "ppt/"):
        return "not_a_spreadsheet"
    if "[Content_Types].xml" not in names:
        return "archive"
    return "strict_workbook" if _STRICT in archive.read("_rels/.rels") else None


def _has(names: Iterable[str], *folders: str) -> bool:
    return any(name.startswith(folders) for name in names)
