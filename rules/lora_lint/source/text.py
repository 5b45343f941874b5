"""A file's text: decoded as its coding cookie says, and written back as it was."""

from __future__ import annotations

import codecs
import re
from contextlib import suppress
from typing import NamedTuple

# a line ends here for Python; str.splitlines also splits at form feeds and at separators inside strings
NEWLINE = re.compile(r"\r\n|\r|\n")


class Unreadable(Exception):
    """The file is no text that can be linted; the message says why in one line."""


class Decoded(NamedTuple):
    """Text and what is needed to write it back: the encoding, and whether a byte order mark stood before it."""

    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """The bytes of a text, as the file has them. Raises UnicodeEncodeError where its encoding lacks a character."""
        data = text.encode(self.encoding)
        return codecs.BOM_UTF8 + data if self.bom else data


def encoded(text: str) -> bytes:
    """The bytes that `decode` reads a text from, half characters and all: in UTF-8, or as its coding cookie says."""
    data = text.encode("utf-8", "surrogatepass")
    with suppress(Unreadable, UnicodeError, LookupError):
        encoding = _encoding(data)
        return text.encode(encoding) if encoding != "utf-8" else data
    return data


def decode(data: bytes) -> Decoded:
    """Decodes a source file. Raises Unreadable for binary data, an unknown encoding or bytes that do not fit it."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable("it is UTF-16, which Python does not read: save it as UTF-8")
    if b"\0" in data[:4096]:
        raise Unreadable("it holds binary data, not text")
    bom = data.startswith(codecs.BOM_UTF8)
    body = data[len(codecs.BOM_UTF8) :] if bom else data
    encoding = _encoding(data)
    try:
        return Decoded(body.decode(encoding), encoding, bom)
    except (UnicodeError, LookupError) as error:
        at = body[: getattr(error, "start", 0)].count(b"\n") + 1
        raise Unreadable(
            f"line {at} is not {encoding}; name the encoding in a coding comment on the first line"
        ) from None


def _encoding(data: bytes) -> str:
    if b"coding" not in data[:400]:
        return "utf-8"
    import io
    import tokenize

    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
    except SyntaxError as error:
        raise Unreadable(f"its encoding is not known: {error.msg}") from None
    return "utf-8" if encoding == "utf-8-sig" else encoding


def newline_of(text: str) -> str:
    """How the lines of a text end: as the first one does."""
    found = NEWLINE.search(text)
    return found[0] if found is not None else "\n"


def lines_of(text: str) -> list[str]:
    """The lines of a text as Python counts them, without their ends."""
    return NEWLINE.split(text)
