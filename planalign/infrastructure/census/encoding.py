"""From the bytes of a text file to UTF-8 with one kind of line end."""

from __future__ import annotations

import codecs
from typing import Final

from charset_normalizer import from_bytes

from planalign.domain.errors import CensusError

__all__ = ["to_utf8"]

_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES: Final = 1 << 16


def to_utf8(data: bytes, encoding: str | None = None) -> tuple[bytes, str]:
    r"""Decode a text file.

    A byte order mark decides; else it is UTF-8 if it can be; else UTF-16 if every other byte is
    zero; else Windows-1252, which holds ISO 8859-1.

    Args:
        data: The whole file.
        encoding: Python's name of the encoding, if it was said.

    Returns:
        The text in UTF-8, lines ended by LF or CR LF, and the encoding that was read.

    Raises:
        CensusError: If the bytes are no text in the encoding.

    >>> to_utf8("Zürich".encode("utf-16"))
    (b'Z\xc3\xbcrich', 'utf-16')
    """
    encoding = encoding or _detected(data)
    if encoding == "utf-8-sig":
        text, encoding = data.removeprefix(codecs.BOM_UTF8), "utf-8-sig"
        _checked(text, "utf-8")
    elif encoding == "utf-8":
        text = data
        _checked(text, "utf-8")
    else:
        text = _checked(data, encoding).encode()
    if b"\0" in text:
        raise CensusError(
            "the file has zero bytes in it: it is no text",
            hint="save it as CSV in UTF-8, or give its real extension",
        )
    return _with_line_ends(text), encoding


def _with_line_ends(text: bytes) -> bytes:
    """CR alone becomes LF; as many lines as before."""
    if b"\r" not in text or text.count(b"\r") == text.count(b"\r\n"):
        return text
    return text.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def _checked(data: bytes, encoding: str) -> str:
    if encoding == "utf-8" and data.isascii():
        return ""
    try:
        return data.decode(encoding)
    except LookupError as error:
        raise CensusError(
            f"there is no encoding {encoding!r}", hint="such as utf-8, utf-16, cp1252 or latin-1"
        ) from error
    except UnicodeError as error:
        start = error.start if isinstance(error, UnicodeDecodeError) else 0
        line = data.count(b"\n", 0, start) + 1
        raise CensusError(
            f"line {line} is not text in {encoding}", hint=f"{_guess(data)}name it with --encoding"
        ) from error


def _detected(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return encoding
    head = data[:_SAMPLE_BYTES]
    for encoding, zeros, letters in (
        ("utf-16-le", head[1::2], head[0::2]),
        ("utf-16-be", head[0::2], head[1::2]),
    ):
        if zeros.count(0) * 2 > len(zeros) and not letters.count(0):
            return encoding
    if data.isascii():
        return "utf-8"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _eight_bit(data)
    return "utf-8"


def _eight_bit(data: bytes) -> str:
    """Windows-1252, unless most of what is not ASCII is UTF-8: then one damaged byte is news."""
    tolerant = data.decode("utf-8", errors="replace")
    damaged = tolerant.count("\ufffd")
    whole = sum(not character.isascii() for character in tolerant) - damaged
    if whole > damaged:
        return "utf-8"
    return "cp1252"


def _guess(data: bytes) -> str:
    best = from_bytes(data[:_SAMPLE_BYTES]).best()
    return f"perhaps {best.encoding}; " if best is not None else ""
