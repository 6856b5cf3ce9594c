"""The embedded fonts: what they can print, how wide a text is, and where its lines break."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

from reportlab.lib.colors import Color
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont

FONT_FOLDER = Path(__file__).resolve().parents[1] / ".build" / "npm" / "node_modules" / "@expo-google-fonts"
"""Where set-up installs the font packages; ``render`` takes another folder."""


class Face(StrEnum):
    """The faces of the documents; each value is the font's file below the font folder."""

    TEXT = "noto-sans/400Regular/NotoSans_400Regular.ttf"
    STRONG = "noto-sans/700Bold/NotoSans_700Bold.ttf"
    TITLE = "noto-serif/700Bold/NotoSerif_700Bold.ttf"


_PICTURES = "noto-emoji/400Regular/NotoEmoji_400Regular.ttf"


class FontsMissing(Exception):
    """The font folder lacks a font: set-up did not install the web packages."""


@dataclass(frozen=True)
class Style:
    """How a text is set: sizes, leading and letter spacing in points."""

    face: Face
    size: float
    leading: float
    colour: Color
    spacing: float = 0.0


class _Glyphs(dict[str, tuple[str, float]]):
    """For each character of a face: the font that prints it and its advance in thousandths of the size."""

    def __init__(self, fonts: list[TTFont]) -> None:
        super().__init__()
        self._fonts = fonts

    def __missing__(self, character: str) -> tuple[str, float]:
        code = ord(character)
        for font in self._fonts:
            if font.face.charToGlyph.get(code, 0):
                self[character] = found = (
                    font.fontName,
                    font.face.charWidths.get(code, font.face.defaultWidth),
                )
                return found
        raise KeyError(character)


class Fonts:
    """The faces of one font folder, registered with ReportLab. ``first`` is the text face's registered name.

    Raises ``FontsMissing`` if a font file is not there.
    """

    def __init__(self, folder: Path) -> None:
        loaded = {file: _register(folder / file) for file in (*Face, _PICTURES)}
        chain = [loaded[Face.TEXT], loaded[_PICTURES]]
        self._glyphs = {face: _Glyphs([loaded[face], *chain]) for face in Face}
        self._shown: dict[str, str] = {}

        self.first = loaded[Face.TEXT].fontName

    def printable(self, text: str) -> str:
        """The text in composed form, with every character that no font prints shown as ``‹U+XXXX›``."""
        lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
        return "".join([self._shown.get(c) or self._show(c) for c in lines])

    def _show(self, character: str) -> str:
        shown = character
        if character == "\t":
            shown = "    "
        elif character != "\n" and not self._prints(character):
            shown = f"‹U+{ord(character):04X}›"
        self._shown[character] = shown
        return shown

    def _prints(self, character: str) -> bool:
        if unicodedata.category(character) == "Cc":
            return False
        try:
            self._glyphs[Face.TEXT][character]
        except KeyError:
            return False
        return True

    def width(self, text: str, style: Style) -> float:
        """Points that a printable text without line breaks takes."""
        glyphs = self._glyphs[style.face]
        return sum([glyphs[c][1] for c in text]) * style.size / 1000 + style.spacing * len(text)

    def runs(self, text: str, face: Face) -> Iterator[tuple[str, str]]:
        """A printable text cut where the font changes: the font's registered name, and the part."""
        glyphs = self._glyphs[face]
        for name, characters in groupby(text, key=lambda c: glyphs[c][0]):
            yield name, "".join(characters)

    def lines(self, text: str, style: Style, width: float) -> list[str]:
        """The text broken at spaces into lines of at most ``width`` points; longer words are cut.

        Several blank lines in a row print as one.
        """
        paragraphs = re.sub(r"\n[ \n]*\n", "\n\n", self.printable(text)).strip("\n").split("\n")
        return [line for paragraph in paragraphs for line in self._broken(paragraph, style, width)]

    def _broken(self, paragraph: str, style: Style, width: float) -> Iterator[str]:
        space = self.width(" ", style)
        words: list[str] = []
        used = 0.0
        for word in paragraph.split(" "):
            extent = self.width(word, style)
            if words and used + space + extent > width:
                yield " ".join(words)
                words, used = [], 0.0
            while extent > width and len(word) > 1:
                cut = self._fitting(word, style, width)
                yield word[:cut]
                word = word[cut:]
                extent = self.width(word, style)
            used += extent + (space if words else 0.0)
            words.append(word)
        yield " ".join(words)

    def _fitting(self, word: str, style: Style, width: float) -> int:
        used = 0.0
        for index, character in enumerate(word):
            used += self.width(character, style)
            if used > width:
                return max(index, 1)
        return len(word)


class _Font(TTFont):
    """A font that also gives characters beyond U+FFFF back to whoever copies, searches or listens.

    ReportLab writes their numbers into the font's table as they are, where UTF-16 is asked for.
    """

    def addObjects(self, doc: Any) -> None:
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = re.sub(r"> <([0-9A-F]{5,6})>", _as_utf16, stream.content)


def _as_utf16(entry: re.Match[str]) -> str:
    return f"> <{chr(int(entry[1], 16)).encode('utf-16-be').hex().upper()}>"


def _register(path: Path) -> TTFont:
    if not path.is_file():
        raise FontsMissing(str(path))
    font = _Font(str(path), str(path))
    pdfmetrics.registerFont(font)
    return font


@cache
def fonts(folder: Path = FONT_FOLDER) -> Fonts:
    """The fonts of a folder, loaded once a process."""
    return Fonts(folder)
