"""The poster of a station: an A4 sheet whose code opens the survey of a visit, to print and hang up."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from io import BytesIO
from pathlib import Path

from documents import emblem, pages
from documents.fonts import FONT_FOLDER, Face, Style, fonts
from documents.layout import GOLD, GREY, HEIGHT, INK, LEFT, NAVY, RED, RIGHT, WIDTH, Flow, fitted
from documents.package import Description, describe, new_canvas
from documents.structure import Element, Marking, Role
from vocabulary.sentences import sentence

_TITLE = Style(Face.TITLE, 38, 46, NAVY)
_STATION = Style(Face.STRONG, 19, 25, INK)
_ASK = Style(Face.TEXT, 17, 24, INK)
_SMALL = Style(Face.TEXT, 12.5, 18, GREY)
_ADDRESS = Style(Face.STRONG, 15, 20, NAVY)
_PROMISE = Style(Face.STRONG, 14, 20, INK)
_DANGER = Style(Face.STRONG, 14, 20, RED)
_CODE_SIDE = 283.5
"""100 mm: it is read from some two steps away."""


@dataclass(frozen=True, kw_only=True)
class Poster:
    """What a poster says: whose it is, and the address that its code holds. One of the
    demonstration catalogue is told to be so."""

    station_name: str
    demonstration: bool
    url: str
    made_at: datetime


def render(poster: Poster, *, font_folder: Path = FONT_FOLDER) -> bytes:
    """The poster as PDF, for eyes and for ears. Raises ``FontsMissing`` if the fonts are not installed."""
    with pages.drawing:
        faces = fonts(font_folder)
        root = Element(Role.DOCUMENT)
        flow = Flow(faces, root, first_top=HEIGHT - 62)
        _fill(flow, poster)
        subject = sentence("survey.poster.subject", station=poster.station_name)
        description = Description(
            title=subject,
            subject=subject,
            author=sentence("documents.header.institution"),
            language="es-PE",
            created_at=poster.made_at,
        )
        target = BytesIO()
        canvas = new_canvas(target, description, first_font=faces.first)
        marking = Marking(canvas, root)
        for marks in flow.pages:
            for mark, owner in marks:
                marking.draw(mark, owner)
            marking.end_page()
        marking.write()
        describe(canvas, description)
        canvas.save()
        return target.getvalue()


def _fill(flow: Flow, poster: Poster) -> None:
    flow.draw(partial(emblem.emblem, x=WIDTH / 2, y=HEIGHT - 100, radius=34))
    flow.y = HEIGHT - 154
    _centred(flow, sentence("survey.poster.title"), _TITLE, Role.TITLE)
    _centred(flow, poster.station_name, _STATION)
    if poster.demonstration:
        _centred(flow, sentence("survey.poster.demonstration"), _DANGER)
    flow.space(8)
    flow.rule(WIDTH / 2 - 60, WIDTH / 2 + 60, colour=GOLD, thickness=1.6)
    flow.space(12)
    _centred(flow, sentence("survey.poster.ask"), _ASK)
    flow.space(6)
    left, low = (WIDTH - _CODE_SIDE) / 2, flow.y - _CODE_SIDE
    code = flow.root.add(
        Role.FIGURE,
        alternative=sentence("survey.poster.code", station=poster.station_name, url=poster.url),
        box=(left, low, left + _CODE_SIDE, low + _CODE_SIDE),
    )
    flow.draw(lambda canvas: emblem.qr_code(canvas, poster.url, left, low, _CODE_SIDE), code)
    flow.y = low - 4
    _centred(flow, sentence("survey.poster.address"), _SMALL)
    shown, style = fitted(flow.fonts, poster.url, _ADDRESS, RIGHT - LEFT)
    _centred(flow, shown, style)
    flow.space(14)
    _centred(flow, sentence("survey.poster.anonymous"), _PROMISE)
    _centred(flow, sentence("survey.poster.nobody"), _PROMISE)
    _centred(flow, sentence("survey.poster.free"), _SMALL)
    flow.space(10)
    _centred(flow, sentence("survey.poster.danger"), _DANGER)


def _centred(flow: Flow, text: str, style: Style, role: Role = Role.PARAGRAPH) -> None:
    """A paragraph in the middle of the page, with its lines of much the same length."""
    owner = flow.root.add(role)
    for line in flow.fonts.lines(text, style, RIGHT - LEFT - 24):
        flow.line((WIDTH - flow.fonts.width(line, style)) / 2, flow.y - style.leading * 0.78, line, style, owner)
        flow.y -= style.leading
