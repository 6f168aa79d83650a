"""A place on the map, as messages and menus send it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LATITUDE, LONGITUDE = 39.908823, 116.397470  # 天安门


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, the zoom of the map, the address and the name of the place, if it has them.

    Raises:
        ValueError: there is no such place.

    """

    latitude: float = LATITUDE
    longitude: float = LONGITUDE
    scale: int = 15
    label: str = ""
    name: str = ""

    def __post_init__(self) -> None:
        if not -90 <= self.latitude <= 90 or not -180 <= self.longitude <= 180:  # noqa: PLR2004
            raise ValueError("a latitude is -90 to 90 degrees, a longitude -180 to 180")

    def fields(self) -> dict[str, str | int]:
        """Return the elements of a push: X is the latitude, Y the longitude."""
        return {
            "Location_X": f"{self.latitude:.6f}",
            "Location_Y": f"{self.longitude:.6f}",
            "Scale": self.scale,
            "Label": self.label,
        }

    def shown(self) -> Mapping[str, Any]:
        """Return what its line in the chat shows."""
        return {
            "latitude": self.latitude,
            "longitude": self.longitude,
            "scale": self.scale,
            "label": self.label,
        }
