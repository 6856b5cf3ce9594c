"""Spanish numbers in words, in figures and in both ("2 mil quinientos")."""

import re
from dataclasses import dataclass
from functools import lru_cache

UNITS = {
    "cero": 0, "un": 1, "uno": 1, "una": 1, "dos": 2, "tres": 3, "cuatro": 4, "cinco": 5, "seis": 6, "siete": 7,
    "ocho": 8, "nueve": 9, "diez": 10, "once": 11, "doce": 12, "trece": 13, "catorce": 14, "quince": 15,
    "dieciseis": 16, "diecisiete": 17, "dieciocho": 18, "diecinueve": 19, "veinte": 20, "veintiun": 21,
    "veintiuno": 21, "veintiuna": 21, "veintidos": 22, "veintitres": 23, "veinticuatro": 24, "veinticinco": 25,
    "veintiseis": 26, "veintisiete": 27, "veintiocho": 28, "veintinueve": 29,
    "sinco": 5, "seys": 6, "nuebe": 9, "dies": 10, "onse": 11, "dose": 12, "trese": 13, "catorse": 14, "kince": 15,
    "quinse": 15, "beinte": 20, "veynte": 20, "quatro": 4, "cuatr": 4, "ciete": 7,
}  # fmt: skip
TENS = {
    "veinte": 20, "veinti": 20, "treinta": 30, "cuarenta": 40, "cincuenta": 50, "sesenta": 60, "setenta": 70,
    "ochenta": 80, "noventa": 90, "sincuenta": 50, "trenta": 30, "sesemta": 60, "nobenta": 90,
}  # fmt: skip
HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "doscientas": 200, "trescientos": 300, "trescientas": 300,
    "cuatrocientos": 400, "cuatrocientas": 400, "quinientos": 500, "quinientas": 500, "seiscientos": 600,
    "seiscientas": 600, "setecientos": 700, "setecientas": 700, "ochocientos": 800, "ochocientas": 800,
    "novecientos": 900, "novecientas": 900, "docientos": 200, "trecientos": 300, "sien": 100, "siento": 100,
    "seicientos": 600, "nuevecientos": 900, "sietecientos": 700, "dosientos": 200,
}  # fmt: skip
_NUMBER_WORDS = UNITS.keys() | TENS.keys() | HUNDREDS.keys() | {"mil", "millon", "millones"}

_TOKEN = re.compile(r"\d+(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?|[a-z]+|[^\sa-z\d]")
_FIGURES = re.compile(r"\d+(?:[.,' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d+(?:[.,]\d+)?")


@dataclass(frozen=True)
class Token:
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Number:
    value: float
    start: int
    end: int
    first: int
    """Index of its first token; ``after`` is that of the token behind its last."""
    after: int
    spelled: bool


def tokens(folded: str) -> list[Token]:
    return [Token(m.group(), m.start(), m.end()) for m in _TOKEN.finditer(folded)]


def figures(text: str) -> float | None:
    """``1,200.50``, ``1.200,50``, ``1'200``, ``1 200``, ``1200.5``: a group of three after a separator is thousands."""
    if not _FIGURES.fullmatch(text) or len(text) > 18:
        return None
    decimals = re.search(r"[.,](\d{1,2})$", text)
    whole = text[: decimals.start()] if decimals else text
    digits = re.sub(r"[.,' ]", "", whole)
    return float(f"{digits}.{decimals.group(1)}") if decimals else float(digits)


def read_number(found: list[Token], first: int) -> Number | None:
    """The number that begins at a token, as long as it goes."""
    total = current = 0.0
    i, spelled, thousands = first, False, False
    room = 1000.0  # what is added next must be smaller: "doscientos cien" are two numbers
    while i < len(found):
        word = found[i].text
        following = found[i + 1].text if i + 1 < len(found) else ""
        if word[0].isdigit():
            value = figures(word)
            if value is None or current or (i > first and value >= 1000):
                break
            if i > first and found[i].start - found[i - 1].end > 1:
                break
            current, room = value, 0
        elif word == "mil" and not thousands:
            total, current, room, thousands = total + (current or 1) * 1000, 0, 1000, True
            spelled = True
        elif word in ("millon", "millones") and i > first:
            total, current, room, thousands, spelled = (total + current) * 1_000_000, 0, 1000, False, True
        elif word in HUNDREDS and room > 900:
            current, room, spelled = HUNDREDS[word], 100, True
        elif word in TENS and (word != "veinte" or following in ("y",)) and room >= 100:
            current, room, spelled = current + TENS[word], 10, True
        elif word in UNITS and (UNITS[word] < room or room >= 100):
            current, room, spelled = current + UNITS[word], 0, True
        elif word == "y" and room == 10 and 0 < UNITS.get(following, 0) < 10:
            pass  # it only joins what follows
        else:
            break
        i += 1
    if i == first or (found[i - 1].text == "y"):
        return None
    return Number(total + current, found[first].start, found[i - 1].end, first, i, spelled)


@lru_cache(maxsize=8)
def spelled_to_figures(folded: str, *, least: int = 2) -> str:
    """The text with its numbers in words written in figures; "un", "una" and "uno" stay, being articles."""
    found = tokens(folded)
    out: list[str] = []
    at, i = 0, 0
    while i < len(found):
        if found[i].text in _NUMBER_WORDS:
            number = read_number(found, i)
            if number and number.spelled and number.value >= least:
                out += [folded[at : number.start], f"{number.value:g}" if number.value < 1e6 else "0"]
                at, i = number.end, number.after
                continue
        i += 1
    return "".join(out) + folded[at:]


_DIGIT_WORD = {word: str(value) for word, value in UNITS.items() if value < 10 and word not in ("un", "una")}
_PAIRS = {"doble": 2, "triple": 3}


def dictated_digits(folded: str) -> str:
    """The text with dictated digits in figures: "cuatro cinco seis", "cuarenta y cinco", "doble siete"."""
    found = tokens(re.sub(r"(?<=\d)[.,](?=\d)", " ", folded))
    out: list[str] = []
    i = 0
    while i < len(found):
        word = found[i].text
        repeated = _PAIRS.get(word, 0)
        if repeated and i + 1 < len(found):
            digit = _DIGIT_WORD.get(found[i + 1].text, found[i + 1].text)
            if len(digit) == 1 and digit.isdigit():
                out.append(digit * repeated)
                i += 2
                continue
        if word in _DIGIT_WORD:
            out.append(_DIGIT_WORD[word])
        elif word in UNITS and UNITS[word] >= 10:
            out.append(str(UNITS[word]))
        elif word in TENS or word in HUNDREDS:
            number = read_number(found, i)
            if number and number.value < 1000:
                out.append(f"{number.value:g}")
                i = number.after
                continue
        else:
            out.append(word)
        i += 1
    return " ".join(out)


_DICTATED = re.compile(
    r"\b(?:(?:"
    + "|".join(
        sorted(
            {*_DIGIT_WORD, *TENS, *HUNDREDS, *_PAIRS, *(w for w, v in UNITS.items() if v >= 10)}, key=len, reverse=True
        )
    )
    + r")(?: y (?=[a-z]))?[ ,.-]{0,2}){4,}"
)


@lru_cache(maxsize=8)
def figures_of_dictation(folded: str) -> str:
    """The text with its long numbers, dictated word by word, in figures: "nueve cinco cero, siete siete uno, …"."""

    def figures_only(match: re.Match[str]) -> str:
        digits = re.sub(r"\D", "", dictated_digits(match.group()))
        return digits + " " if len(digits) >= 7 else match.group()

    return _DICTATED.sub(figures_only, folded)
