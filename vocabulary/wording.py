"""Facts in words, for whoever reads them: a moment, a place, a thing."""

from datetime import date, time
from typing import Any

from vocabulary.sentences import sentence

_WEEKDAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS = (
    "enero", "febrero", "marzo", "abril", "mayo", "junio",
    "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre",
)  # fmt: skip


def moment_text(occurred_at: dict[str, Any]) -> str:
    """``jueves 19 de noviembre de 2026, a las 20:00 aproximadamente``."""
    day = date.fromisoformat(occurred_at["date"])
    text = f"{_WEEKDAYS[day.weekday()]} {day.day} de {_MONTHS[day.month - 1]} de {day.year}"
    if occurred_at.get("time"):
        text += f", a las {time.fromisoformat(occurred_at['time']):%H:%M}"
        if occurred_at.get("approximate"):
            text += " aproximadamente"
    return text


def place_text(place: dict[str, Any]) -> str:
    parts = [place.get("detail"), place.get("district"), place.get("province"), place.get("department")]
    return ", ".join(dict.fromkeys(part for part in parts if part))


def amount_text(money: dict[str, Any]) -> str:
    """``1200 soles``; whole amounts without decimals."""
    unit = {"USD": "dólares", "EUR": "euros"}.get(money.get("currency") or "", "soles")
    amount = float(money["amount"])
    return f"{amount:.0f} {unit}" if amount.is_integer() else f"{amount:.2f} {unit}"


def item_text(item: dict[str, Any], language: str = "es") -> str:
    """``celular Samsung (IMEI …, 1200 soles)``."""
    name = item.get("description") if item["kind"] == "other" and item.get("description") else None
    text = name or sentence(f"labels.item_kind.{item['kind']}", language).lower()
    if item.get("document_type"):
        text = sentence(f"labels.item_document.{item['document_type']}", language)
    if item.get("brand"):
        text += f" {item['brand']}"
    extra = [
        f"placa {item['plate']}" if item.get("plate") else None,
        f"IMEI {item['imei']}" if item.get("imei") else None,
    ]
    if item.get("amount"):
        extra.append(amount_text(item))
    said = ", ".join(part for part in extra if part)
    return f"{text} ({said})" if said else text
