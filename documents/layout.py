"""Blocks set from top to bottom over as many pages as they need: text, fields, tables and boxes."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import ClassVar

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from documents.fonts import Face, Fonts, Style
from documents.structure import Artifact, Element, Mark, Owner, Role

WIDTH, HEIGHT = 595.28, 841.89
"""A4, in points."""
LEFT, RIGHT = 56.0, WIDTH - 56.0
TOP, BOTTOM = HEIGHT - 74.0, 60.0
"""Where the text of a page after the first begins, and where that of every page ends."""

INK = HexColor(0x1B232C)
NAVY = HexColor(0x12304F)
GOLD = HexColor(0xA8863B)
GOLD_TINT = HexColor(0xFAF6EC)
BRONZE = HexColor(0x7D6020)
GREY = HexColor(0x515C68)
LINE = HexColor(0xC9D1DA)
TINT = HexColor(0xF2F5F8)
RED = HexColor(0x9B1C1C)
RED_TINT = HexColor(0xFCF3F2)

BODY = Style(Face.TEXT, 9.5, 13.4, INK)
BODY_STRONG = replace(BODY, face=Face.STRONG)
SMALL = Style(Face.TEXT, 8.2, 11.2, INK)
SMALL_STRONG = replace(SMALL, face=Face.STRONG)
NOTE = Style(Face.TEXT, 7.8, 10.6, GREY)
LABEL = Style(Face.TEXT, 7.4, 10.4, GREY)
HEADING = Style(Face.STRONG, 10.2, 14.0, NAVY)
DIGEST = Style(Face.TEXT, 6.9, 11.2, INK)

_UNSPLIT = 150.0


@dataclass(frozen=True)
class Column:
    """A column of a table: its heading and its width in points."""

    title: str
    width: float
    right_aligned: bool = False


@dataclass(frozen=True)
class Cell:
    """A text in a row, and how it is set."""

    text: str
    style: Style
    note: str = ""


@dataclass(frozen=True)
class Picture:
    """A JPEG with its caption, which also stands for it where it can't be seen."""

    WIDE: ClassVar[float] = 150.0
    HIGH: ClassVar[float] = 128.0
    """The room that a picture is fitted into, in points."""

    jpeg: bytes
    caption: str

    def fitted(self) -> tuple[float, float]:
        """Its width and height on the page."""
        width, height = ImageReader(BytesIO(self.jpeg)).getSize()
        scale = min(self.WIDE / width, self.HIGH / height)
        return width * scale, height * scale


@dataclass(frozen=True)
class _Line:
    text: str
    style: Style
    owner: Owner


def put(fonts: Fonts, canvas: Canvas, x: float, y: float, text: str, style: Style) -> None:
    """Draw one printable line with its baseline starting at ``x``, ``y``."""
    pen = canvas.beginText(x, y)
    pen.setFillColor(style.colour)
    if style.spacing:
        pen.setCharSpace(style.spacing)
    for name, part in fonts.runs(text, style.face):
        pen.setFont(name, style.size)
        pen.textOut(part)
    if style.spacing:
        pen.setCharSpace(0)
    canvas.drawText(pen)


def rule(canvas: Canvas, x: float, y: float, x2: float, *, colour: Color, thickness: float) -> None:
    """Draw a horizontal line."""
    canvas.setStrokeColor(colour)
    canvas.setLineWidth(thickness)
    canvas.line(x, y, x2, y)


def fitted(fonts: Fonts, text: str, style: Style, width: float) -> tuple[str, Style]:
    """A text that must stay on one line, set smaller if it is too long; beyond 60 % of the size it is cut."""
    shown = fonts.printable(text).replace("\n", " ")
    style = replace(style, size=style.size * max(0.6, min(1.0, width / max(fonts.width(shown, style), 1))))
    while fonts.width(shown, style) > width:
        shown = shown[:-2] + "…"
    return shown, style


class Flow:
    """Pages being filled. ``y`` is the bottom of what was set last, ``first_top`` where page one begins.

    What is set hangs below ``root`` in the structure, in the order of its setting.
    """

    def __init__(self, fonts: Fonts, root: Element, *, first_top: float) -> None:
        self.fonts = fonts
        self.root = root
        self.pages: list[list[tuple[Mark, Owner]]] = [[]]
        self.y = first_top

    def draw(self, mark: Mark, owner: Owner = Artifact.DECORATION) -> None:
        """Add a mark to the current page."""
        self.pages[-1].append((mark, owner))

    def line(self, x: float, baseline: float, text: str, style: Style, owner: Owner) -> None:
        """Set one printable line at a place of the current page; it ends in a space, so that words of two lines stay two."""
        self.draw(lambda canvas: put(self.fonts, canvas, x, baseline, f"{text} ", style), owner)

    def rule(self, x: float, x2: float, *, colour: Color = LINE, thickness: float = 0.6) -> None:
        """Draw a horizontal line at the current height."""
        y = self.y
        self.draw(lambda canvas: rule(canvas, x, y, x2, colour=colour, thickness=thickness))

    def rectangle(self, x: float, y: float, width: float, height: float, *, fill: Color, edge: Color) -> None:
        """Draw a filled rectangle from its lower left corner."""

        def mark(canvas: Canvas) -> None:
            canvas.setFillColor(fill)
            canvas.setStrokeColor(edge)
            canvas.setLineWidth(0.6)
            canvas.rect(x, y, width, height, fill=1, stroke=1)

        self.draw(mark)

    def space(self, points: float) -> None:
        """Leave a gap, unless the page just began."""
        if self.y < TOP or len(self.pages) == 1:
            self.y -= points

    def next_page(self) -> None:
        """Start a new page."""
        self.pages.append([])
        self.y = TOP

    def keep(self, points: float) -> None:
        """Start a new page unless so much room is left on this one."""
        if self.y - points < BOTTOM:
            self.next_page()

    def heading(self, text: str, *, with_room: float = 40.0) -> None:
        """A section's heading, never alone at the foot of a page: ``with_room`` points must follow it."""
        self.space(12)
        self.keep(20 + with_room)
        y = self.y
        self.line(LEFT, y - 11, *fitted(self.fonts, text.upper(), HEADING, RIGHT - LEFT), self.root.add(Role.HEADING))
        self.y = y - 16.5
        self.rule(LEFT, RIGHT, colour=NAVY, thickness=0.9)
        self.space(5)

    def text(
        self,
        text: str,
        style: Style = BODY,
        *,
        x: float = LEFT,
        right: float = RIGHT,
        owner: Owner | None = None,
        language: str = "es",
    ) -> None:
        """A text over as many pages as it needs, never parting one line from the rest of its paragraph.

        Each of its paragraphs is one of the structure, in its ``language``, or the whole belongs to its ``owner``.
        """
        paragraph = owner
        lines = ["", *self.fonts.lines(text, style, right - x), "", ""]
        for before, line, after, last in zip(lines, lines[1:], lines[2:-1], lines[3:], strict=False):
            first_of_several = bool(after) and not before
            last_but_one = bool(after) and not last
            self.keep(style.leading * (2 if first_of_several or last_but_one else 1))
            if line and (paragraph is None or (owner is None and not before)):
                paragraph = self.root.add(Role.PARAGRAPH, language=language)
            if line and paragraph:
                self.line(x, self.y - style.leading * 0.78, line, style, paragraph)
            if line or self.y < TOP:
                self.y -= style.leading

    def numbered(self, texts: Sequence[str], style: Style) -> None:
        """A list: each text behind its number."""
        whole = self.root.add(Role.LIST)
        for number, text in enumerate(texts, start=1):
            item = whole.add(Role.LIST_ITEM)
            self.keep(style.leading * 2)
            strong = replace(style, face=Face.STRONG)
            label = item.add(Role.LIST_LABEL)
            self.line(LEFT, self.y - style.leading * 0.78, f"{number}.", strong, label)
            self.text(text, style, x=LEFT + 16, owner=item.add(Role.LIST_BODY))
            self.space(3)

    def fields(self, rows: Sequence[Sequence[tuple[str, str]]]) -> None:
        """Labels above their values; the fields of a row share the width evenly."""
        for row in rows:
            width = (RIGHT - LEFT) / len(row)
            cells = []
            for label, value in row:
                field = self.root.add(Role.PARAGRAPH)
                found = [_Line(t, LABEL, field) for t in self.fonts.lines(label, LABEL, width - 12)]
                found += [_Line(t, BODY, field) for t in self.fonts.lines(value, BODY, width - 12)]
                cells.append(found)
            self._row(cells, [LEFT + width * i for i in range(len(row))])
            self.space(4)

    def table(self, columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> None:
        """A table whose heading is repeated on every page that it reaches."""
        starts = [LEFT + sum(c.width for c in columns[:i]) for i in range(len(columns))]
        pad = 5.0

        titles = [self.fonts.lines(c.title, SMALL_STRONG, c.width - 2 * pad) for c in columns]
        high = 5.8 + SMALL_STRONG.leading * max(len(lines) for lines in titles)

        def head(owners: Sequence[Owner] = (Artifact.REPEATED,) * len(columns)) -> None:
            self.rectangle(LEFT, self.y - high, RIGHT - LEFT, high, fill=TINT, edge=LINE)
            for column, lines, start, owner in zip(columns, titles, starts, owners, strict=True):
                for index, text in enumerate(lines):
                    y = self.y - 11.6 - SMALL_STRONG.leading * index
                    self._aligned(_Line(text, SMALL_STRONG, owner), start + pad, column, pad, y)
            self.y -= high

        self.keep(high + 30)
        whole = self.root.add(Role.TABLE)
        first = whole.add(Role.ROW)
        head([first.add(Role.COLUMN_HEADER) for _ in columns])
        for row in rows:
            line = whole.add(Role.ROW)
            cells = [
                self._cell(cell, column.width - 2 * pad, line.add(Role.CELL))
                for cell, column in zip(row, columns, strict=True)
            ]
            self.y -= 3
            self._row(cells, [s + pad for s in starts], columns=columns, pad=pad, on_new_page=head)
            self.y -= 4
            self.rule(LEFT, RIGHT)

    def pictures(self, pictures: Sequence[Picture]) -> None:
        """Pictures in rows, each above its caption."""
        across = int((RIGHT - LEFT) // Picture.WIDE)
        for start in range(0, len(pictures), across):
            row = [(one, *one.fitted()) for one in pictures[start : start + across]]
            high = max(height for _, _, height in row)
            self.keep(high + NOTE.leading + 8)
            for column, (picture, width, height) in enumerate(row):
                self._picture(picture, LEFT + column * (RIGHT - LEFT) / across, self.y - high, width, height)
            self.y -= high + NOTE.leading + 8

    def _picture(self, picture: Picture, x: float, low: float, width: float, height: float) -> None:
        figure = self.root.add(Role.FIGURE, alternative=picture.caption, box=(x, low, x + width, low + height))
        image = ImageReader(BytesIO(picture.jpeg))

        def mark(canvas: Canvas) -> None:
            canvas.drawImage(image, x, low, width, height)

        self.draw(mark, figure)
        caption, style = fitted(self.fonts, picture.caption, NOTE, Picture.WIDE)
        self.line(x, low - NOTE.leading * 0.9, caption, style, self.root.add(Role.PARAGRAPH))

    def _cell(self, cell: Cell, width: float, owner: Owner) -> list[_Line]:
        found = [_Line(t, cell.style, owner) for t in self.fonts.lines(cell.text, cell.style, width)]
        return found + [_Line(t, NOTE, owner) for t in self.fonts.lines(cell.note, NOTE, width) if t]

    def _aligned(self, line: _Line, x: float, column: Column, pad: float, y: float) -> None:
        if column.right_aligned:
            x += column.width - 2 * pad - self.fonts.width(line.text, line.style)
        self.line(x, y, line.text, line.style, line.owner)

    def _row(
        self,
        cells: Sequence[Sequence[_Line]],
        starts: Sequence[float],
        *,
        columns: Sequence[Column] = (),
        pad: float = 0.0,
        on_new_page: Callable[[], None] | None = None,
    ) -> None:
        """Cells side by side; a row of moderate height is not split, a higher one goes on over the pages."""
        height = max(sum(line.style.leading for line in cell) for cell in cells)

        def break_page() -> None:
            self.next_page()
            if on_new_page is not None:
                on_new_page()
                self.y -= 3

        if self.y - min(height, _UNSPLIT) - 4 < BOTTOM:
            break_page()
        waiting = [list(cell) for cell in cells]
        while any(waiting):
            room = self.y - BOTTOM - 4
            lowest = 0.0
            for index, cell in enumerate(waiting):
                used = 0.0
                while cell and used + cell[0].style.leading <= room:
                    line = cell.pop(0)
                    y = self.y - used - line.style.leading * 0.78
                    if columns:
                        self._aligned(line, starts[index], columns[index], pad, y)
                    else:
                        self.line(starts[index], y, line.text, line.style, line.owner)
                    used += line.style.leading
                lowest = max(lowest, used)
            self.y -= lowest
            if any(waiting):
                break_page()

    def notice(self, title: str, text: str, *, colour: Color, fill: Color) -> None:
        """A framed warning, kept on one page."""
        heading, body = replace(BODY_STRONG, colour=colour), replace(SMALL, colour=colour)
        lines = self.fonts.lines(text, body, RIGHT - LEFT - 24)
        height = 14 + heading.leading + body.leading * len(lines)
        self.keep(height)
        top = self.y
        self.rectangle(LEFT, top - height, RIGHT - LEFT, height, fill=fill, edge=colour)
        self.line(LEFT + 12, top - 7 - heading.leading * 0.78, title, heading, self.root.add(Role.PARAGRAPH))
        warning = self.root.add(Role.PARAGRAPH)
        for index, line in enumerate(lines):
            baseline = top - 7 - heading.leading - body.leading * (index + 0.78)
            self.line(LEFT + 12, baseline, line, body, warning)
        self.y = top - height
