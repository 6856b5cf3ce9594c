"""What is drawn rather than written: the provisional emblem, the station's seal and the QR code.

The emblem is a chakana in two rings. It is a placeholder and stands for no institution: neither the national
coat of arms nor the emblem of the police.
"""

import math
from dataclasses import replace
from itertools import groupby

import segno
from reportlab.lib.colors import Color
from reportlab.pdfgen.canvas import Canvas

from documents.fonts import Face, Fonts, Style
from documents.layout import GOLD, NAVY, put

_STEPS = ((1, 3), (1, 2), (2, 2), (2, 1), (3, 1))
_QUIET_ZONE = 2


def emblem(canvas: Canvas, x: float, y: float, radius: float) -> None:
    """Draw the emblem around its centre, ``radius`` points wide."""
    canvas.setStrokeColor(NAVY)
    canvas.setLineWidth(radius * 0.06)
    canvas.circle(x, y, radius * 0.97)
    canvas.setStrokeColor(GOLD)
    canvas.setLineWidth(radius * 0.03)
    canvas.circle(x, y, radius * 0.86)
    canvas.setFillColor(NAVY)
    _chakana(canvas, x, y, radius * 0.2)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.circle(x, y, radius * 0.2, stroke=0, fill=1)
    canvas.setFillColor(GOLD)
    canvas.circle(x, y, radius * 0.11, stroke=0, fill=1)


def _chakana(canvas: Canvas, x: float, y: float, unit: float) -> None:
    corners = [(a, b) for a, b in _STEPS]
    corners += [(a, -b) for a, b in reversed(_STEPS)]
    corners += [(-a, -b) for a, b in _STEPS]
    corners += [(-a, b) for a, b in reversed(_STEPS)]
    path = canvas.beginPath()
    path.moveTo(x + corners[0][0] * unit, y + corners[0][1] * unit)
    for a, b in corners[1:]:
        path.lineTo(x + a * unit, y + b * unit)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)


def seal(
    canvas: Canvas,
    fonts: Fonts,
    x: float,
    y: float,
    radius: float,
    *,
    above: str,
    below: str,
    across: str,
    ink: Color,
) -> None:
    """Draw a round seal around its centre: a text along each half of the rim, one across the middle."""
    canvas.saveState()
    canvas.setStrokeColor(ink)
    for share, thickness in ((0.98, 1.6), (0.93, 0.5), (0.66, 0.7)):
        canvas.setLineWidth(thickness)
        canvas.circle(x, y, radius * share)
    rim = Style(Face.STRONG, radius * 0.155, 0, ink, spacing=0.4)
    _around(canvas, fonts, x, y, radius * 0.735, above, rim, top=True)
    _around(canvas, fonts, x, y, radius * 0.735, below, rim, top=False)
    canvas.setFillColor(ink)
    for side in (-1, 1):
        canvas.circle(x + side * radius * 0.8, y, radius * 0.028, stroke=0, fill=1)
    _chakana(canvas, x, y + radius * 0.22, radius * 0.1)
    word = fonts.printable(across)
    style = Style(Face.STRONG, radius * 0.17, 0, ink, spacing=0.5)
    style = _shrunk(fonts, word, style, radius * 1.0)
    put(fonts, canvas, x - fonts.width(word, style) / 2, y - radius * 0.32, word, style)
    canvas.setLineWidth(0.5)
    canvas.line(x - radius * 0.42, y - radius * 0.41, x + radius * 0.42, y - radius * 0.41)
    canvas.restoreState()


def _shrunk(fonts: Fonts, text: str, style: Style, length: float) -> Style:
    taken = fonts.width(text, style)
    if taken <= length:
        return style
    return replace(style, size=style.size * length / taken, spacing=style.spacing * length / taken)


def _around(
    canvas: Canvas, fonts: Fonts, x: float, y: float, radius: float, text: str, style: Style, *, top: bool
) -> None:
    text = fonts.printable(text)
    style = _shrunk(fonts, text, style, radius * math.pi * 0.86)
    baseline = radius if top else radius + style.size * 0.72
    turn = fonts.width(text, style) / radius
    angle = math.pi / 2 + turn / 2 if top else -math.pi / 2 - turn / 2
    for character in text:
        step = fonts.width(character, style) / radius
        middle = angle - step / 2 if top else angle + step / 2
        canvas.saveState()
        upright = middle + (-math.pi / 2 if top else math.pi / 2)
        cosine, sine = math.cos(upright), math.sin(upright)
        left, bottom = x + baseline * math.cos(middle), y + baseline * math.sin(middle)
        canvas.transform(cosine, sine, -sine, cosine, left, bottom)
        put(fonts, canvas, -fonts.width(character, style) / 2, 0, character, style)
        canvas.restoreState()
        angle += -step if top else step


def qr_code(canvas: Canvas, content: str, x: float, y: float, side: float) -> None:
    """Draw a QR code with its quiet zone, ``side`` points wide, from its lower left corner."""
    matrix = segno.make_qr(content, error="m").matrix
    module = side / (len(matrix) + 2 * _QUIET_ZONE)
    canvas.setFillColorRGB(1, 1, 1)
    canvas.rect(x, y, side, side, stroke=0, fill=1)
    bars = []
    for row, modules in enumerate(matrix):
        column = 0
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                bars.append(f"{column} {row} {length} 1 re")
            column += length
    canvas.saveState()
    canvas.setFillColorRGB(0, 0, 0)
    canvas.transform(module, 0, 0, -module, x + _QUIET_ZONE * module, y + side - _QUIET_ZONE * module)
    canvas.addLiteral("\n".join([*bars, "f"]))
    canvas.restoreState()
