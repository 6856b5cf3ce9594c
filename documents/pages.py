"""The pages of a paper: letterhead and codes, what its template fills in, the closing seal, and footers."""

import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from io import BytesIO
from pathlib import Path

from reportlab.pdfgen.canvas import Canvas

from documents import emblem
from documents.fonts import FONT_FOLDER, Face, Fonts, Style, fonts
from documents.frame import RECORD_NAME, Frame, Paper
from documents.layout import (
    BODY_STRONG,
    BRONZE,
    DIGEST,
    GOLD,
    GREY,
    HEIGHT,
    LABEL,
    LEFT,
    LINE,
    NAVY,
    RED,
    RED_TINT,
    RIGHT,
    SMALL,
    TINT,
    WIDTH,
    Flow,
    fitted,
    put,
    rule,
)
from documents.package import Attachment, Description, attach, describe, new_canvas
from documents.structure import Artifact, Element, Marking, Role
from documents.times import printed
from vocabulary.sentences import sentence

_INSTITUTION = Style(Face.TITLE, 14.5, 18, NAVY, spacing=0.9)
_UNDER = Style(Face.TEXT, 9.2, 12.5, GREY)
_TITLE = Style(Face.TITLE, 21, 26, NAVY, spacing=1.1)
_SUBTITLE = Style(Face.STRONG, 10.5, 14, BRONZE, spacing=0.6)
_NUMBER = Style(Face.STRONG, 13.5, 17, NAVY, spacing=0.2)
_CODE = Style(Face.STRONG, 13.5, 17, NAVY, spacing=0.8)
_RUNNING = Style(Face.STRONG, 8.2, 11, NAVY)
_FOOT = Style(Face.TEXT, 7.3, 10, GREY)
_FOOT_STRONG = Style(Face.STRONG, 7.3, 10, RED)
_CAPTION = Style(Face.TEXT, 6.4, 8, GREY)

_PANEL_TOP = HEIGHT - 172.0
_PANEL_HEIGHT = 90.0
_FIRST_TOP = _PANEL_TOP - _PANEL_HEIGHT - 8
_SEAL_RADIUS = 43.0
_CODE_SIDE = 99.2
"""35 mm: a module is then wide enough for a photograph of a photocopy."""

drawing = threading.Lock()
"""ReportLab's font objects keep a reading position: one document is drawn at a time."""


def render(
    frame: Frame,
    fill: Callable[[Flow], None],
    *,
    attachments: tuple[Attachment, ...] = (),
    font_folder: Path = FONT_FOLDER,
) -> bytes:
    """The paper as unsigned PDF: the letterhead, what ``fill`` sets between it and the closing seal, footers on every
    page.

    The same input gives the same bytes, from any thread. Raises ``FontsMissing`` if the fonts are not installed, and
    ``ValueError`` if a time is naive.
    """
    paper = frame.paper
    record = Attachment(
        RECORD_NAME,
        sentence("documents.attachment.record"),
        "application/json",
        frame.attachment(),
        "Data",
        plain=True,
    )
    with drawing:
        faces = fonts(font_folder)
        root = Element(Role.DOCUMENT)
        flow = Flow(faces, root, first_top=_FIRST_TOP)
        _letterhead(flow, frame)
        if not paper.authorised:
            _demonstration(flow)
        fill(flow)
        _closing(flow, frame)
        target = BytesIO()
        description = Description(
            title=f"{frame.text('title')} {paper.case_number}",
            subject=frame.text("subject"),
            author=paper.issuer,
            language="es-PE",
            created_at=paper.issued_at,
        )
        canvas = new_canvas(target, description, first_font=faces.first)
        marking = Marking(canvas, root)
        for number, marks in enumerate(flow.pages, start=1):
            if number > 1:
                marking.draw(partial(_running_head, faces=faces, frame=frame), Artifact.HEADER)
            for mark, owner in marks:
                marking.draw(mark, owner)
            foot = partial(_footer, faces=faces, frame=frame, page=number, pages=len(flow.pages))
            marking.draw(foot, Artifact.FOOTER)
            marking.end_page()
        marking.write()
        describe(canvas, description)
        attach(canvas, (*attachments, record), modified_at=paper.issued_at)
        canvas.save()
        return target.getvalue()


def notices(flow: Flow, paper: Paper, *names: str) -> None:
    """The legal notices of these names, as a numbered section."""
    flow.heading(paper.label("section.notices"))
    texts = [sentence(f"documents.notices.{name}", url=paper.verification_url) for name in names]
    flow.numbered(texts, SMALL)


def _letterhead(flow: Flow, frame: Frame) -> None:
    head = flow.root.add(Role.SECTION)
    flow.draw(lambda canvas: emblem.emblem(canvas, LEFT + 29, HEIGHT - 63, 29))
    x, room = LEFT + 72, RIGHT - LEFT - 72
    strong = replace(_UNDER, face=Face.STRONG, colour=NAVY)
    lines = (
        (52, frame.paper.issuer, _INSTITUTION),
        (67, sentence("documents.header.subtitle"), _UNDER),
        (81, frame.paper.station, strong),
    )
    for down, text, style in lines:
        flow.line(x, HEIGHT - down, *fitted(flow.fonts, text, style, room), head.add(Role.PARAGRAPH))
    flow.draw(lambda canvas: rule(canvas, LEFT, HEIGHT - 102, RIGHT, colour=NAVY, thickness=1.8))
    flow.draw(lambda canvas: rule(canvas, LEFT, HEIGHT - 105.2, RIGHT, colour=GOLD, thickness=0.8))
    for down, text, style, role in (
        (138, frame.text("title"), _TITLE, Role.TITLE),
        (157, frame.subtitle, _SUBTITLE, Role.PARAGRAPH),
    ):
        shown, style = fitted(flow.fonts, text, style, RIGHT - LEFT)
        flow.line((WIDTH - flow.fonts.width(shown, style)) / 2, HEIGHT - down, shown, style, head.add(role))
    _panel(flow, head, frame)


def _panel(flow: Flow, head: Element, frame: Frame) -> None:
    paper, faces, bottom, side = frame.paper, flow.fonts, _PANEL_TOP - _PANEL_HEIGHT, 76.0
    filed = "filed_at" if frame.statement_number is None else "statement_filed_at"
    flow.rectangle(LEFT, bottom, RIGHT - LEFT, _PANEL_HEIGHT, fill=TINT, edge=LINE)
    room = RIGHT - LEFT - side - 30
    half = room * 0.5
    places = (
        ("case_number", paper.case_number, _NUMBER, 0.0, 0.0),
        ("verification_code", paper.verification_code, _CODE, half, 0.0),
        (filed, printed(paper.filed_at), SMALL, 0.0, 44.0),
        ("issued_at", printed(paper.issued_at), SMALL, half, 44.0),
    )
    for label, value, style, across, down in places:
        x, y = LEFT + 12 + across, _PANEL_TOP - 17 - down
        field = head.add(Role.PARAGRAPH)
        first, *more = faces.lines(paper.label(f"header.{label}"), LABEL, half - 10)
        flow.line(x, y, first, LABEL, field)
        if more:
            y -= LABEL.leading
            flow.line(x, y, *fitted(faces, " ".join(more), LABEL, half - 10), field)
        flow.line(x, y - style.leading - 1, *fitted(faces, value, style, half - 10), field)
    left, low = RIGHT - side - 7, bottom + 11
    code = head.add(
        Role.FIGURE,
        alternative=sentence("documents.alternative.code", url=paper.verification_url),
        box=(left, low, left + side, low + side),
    )
    flow.draw(lambda canvas: emblem.qr_code(canvas, paper.verification_url, left, low, side), code)
    caption = sentence("documents.header.scan")
    centre = RIGHT - 7 - side / 2 - faces.width(caption, _CAPTION) / 2
    flow.line(centre, bottom + 4, caption, _CAPTION, head.add(Role.PARAGRAPH))


def _running_head(canvas: Canvas, faces: Fonts, frame: Frame) -> None:
    y = HEIGHT - 46
    left, style = fitted(faces, f"{frame.text('title')}  ·  {frame.paper.case_number}", _RUNNING, 300)
    put(faces, canvas, LEFT, y, left, style)
    issuer, style = fitted(faces, frame.paper.issuer, _RUNNING, 170)
    put(faces, canvas, RIGHT - faces.width(issuer, style), y, issuer, style)
    rule(canvas, LEFT, y - 7, RIGHT, colour=NAVY, thickness=0.9)
    rule(canvas, LEFT, y - 9, RIGHT, colour=GOLD, thickness=0.5)


def _footer(canvas: Canvas, faces: Fonts, frame: Frame, page: int, pages: int) -> None:
    paper = frame.paper
    rule(canvas, LEFT, 50, RIGHT, colour=LINE, thickness=0.6)
    identity = sentence(
        "documents.footer.identity", case_number=paper.case_number, verification_code=paper.verification_code
    )
    put(faces, canvas, LEFT, 39, *fitted(faces, identity, _FOOT, 330))
    counted = sentence("documents.footer.page", page=page, pages=pages)
    put(faces, canvas, RIGHT - faces.width(counted, _FOOT), 39, counted, _FOOT)
    check = sentence("documents.footer.check", url=paper.verification_url)
    put(faces, canvas, LEFT, 29, *fitted(faces, check, _FOOT, 330))
    if not paper.authorised:
        warning = sentence("documents.footer.demonstration")
        put(faces, canvas, RIGHT - faces.width(warning, _FOOT_STRONG), 29, warning, _FOOT_STRONG)


def _demonstration(flow: Flow) -> None:
    flow.notice(
        sentence("documents.demonstration.title"),
        sentence("documents.demonstration.text"),
        colour=RED,
        fill=RED_TINT,
    )


def _seal_address(verification_url: str) -> str:
    """Where the offline seal is checked: the page beside that of the verification codes."""
    return f"{verification_url.partition('/v/')[0]}/sello"


def _closing(flow: Flow, frame: Frame) -> None:
    """The seal beside the words on the signature, kept together on one page."""
    paper = frame.paper
    flow.heading(paper.label("section.signature"), with_room=_CODE_SIDE + 24)
    top = flow.y
    low = top - _CODE_SIDE - 2
    address = _seal_address(paper.verification_url)
    code = flow.root.add(
        Role.FIGURE,
        alternative=sentence("documents.alternative.offline_seal", url=address),
        box=(LEFT, low, LEFT + _CODE_SIDE, low + _CODE_SIDE),
    )
    flow.draw(lambda canvas: emblem.qr_code(canvas, paper.offline_seal, LEFT, low, _CODE_SIDE), code)
    caption, style = fitted(flow.fonts, sentence("documents.signature.offline_seal"), _CAPTION, _CODE_SIDE)
    flow.line(LEFT + 4, low - 6, caption, style, flow.root.add(Role.PARAGRAPH))
    start = LEFT + _CODE_SIDE + 12
    x, y = RIGHT - _SEAL_RADIUS - 8, top - _SEAL_RADIUS - 4
    real = paper.authorised and not paper.station_is_demonstration
    ink = NAVY if real else RED
    word = frame.text("seal") if real else sentence("documents.signature.seal_demonstration")

    def stamp(canvas: Canvas) -> None:
        emblem.seal(
            canvas,
            flow.fonts,
            x,
            y,
            _SEAL_RADIUS,
            above=paper.issuer.upper(),
            below=paper.station_name.upper(),
            across=word,
            ink=ink,
        )

    edge = RIGHT - 2 * _SEAL_RADIUS - 30
    kind = "accredited" if paper.authorised else "development"
    flow.text(sentence(f"documents.signature.{kind}_title"), BODY_STRONG, x=start, right=edge)
    flow.text(sentence(f"documents.signature.{kind}"), SMALL, x=start, right=edge)
    flow.space(5)
    flow.text(paper.label(f"{frame.kind}.statement"), LABEL, x=start, right=edge)
    flow.text(frame.statement_sha256, DIGEST, x=start, right=edge)
    seal = flow.root.add(
        Role.FIGURE,
        alternative=sentence("documents.alternative.seal", station=paper.station, word=word),
        box=(x - _SEAL_RADIUS, y - _SEAL_RADIUS, x + _SEAL_RADIUS, y + _SEAL_RADIUS),
    )
    flow.draw(stamp, seal)
    flow.y = min(flow.y, low - 8)
    end = f"—  {frame.text('end')}  —"
    centred = (WIDTH - flow.fonts.width(end, LABEL)) / 2
    flow.line(centred, flow.y - 10, end, LABEL, flow.root.add(Role.PARAGRAPH))
    flow.y -= 14
