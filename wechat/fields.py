"""How the fields of a push become a typed value: one declaration, no parsing code.

A class declares its attributes; the annotation of each is all there is to say::

    @typed("link")
    class LinkMessage(Message):
        url: str                                       # from <Url>
        latitude: Annotated[float, Tag("Location_X")]  # from another element
        ids: Annotated[tuple[int, ...], Tag("List", "item")]  # nested; none, one or many

Element names are compared without case, since WeChat itself writes MsgId and MsgID, OpenID
and openid. An absent, empty or unreadable number is None where the annotation allows None;
elsewhere the value cannot be typed at all (`Untypable`).
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import (
    Annotated,
    Any,
    ClassVar,
    TypeVar,
    dataclass_transform,
    get_args,
    get_origin,
    get_type_hints,
)

from wechat.xml import Fields, Value, text

_INTEGER = re.compile(r"-?[0-9]{1,20}")
_DECIMAL = re.compile(r"[-+]?[0-9]{1,20}(\.[0-9]{1,40})?")


class Untypable(ValueError):
    """A field has no value of the type that its class declares."""


class Tag:
    """The path of element names to a field, where it is not the attribute's own name."""

    def __init__(self, *path: str) -> None:
        self.path = tuple(name.lower() for name in path)


class Record:
    """A typed value of fields; subclasses are made by `typed`."""

    __slots__ = ()
    kind: ClassVar[str] = ""
    kinds: ClassVar[tuple[str, ...]] = ()
    plan: ClassVar[tuple[tuple[str, "Reader"], ...]] = ()


RAW = ""  # no element has this name
Names = Mapping[str, Any]
Reader = Callable[[Any], Any]
R = TypeVar("R", bound=Record)


@dataclass_transform(frozen_default=True, kw_only_default=True)
def typed(*kinds: str) -> Callable[[type[R]], type[R]]:
    """Make a class a frozen dataclass that `build` can fill.

    `kinds` are its MsgType or Event values in lower case, the usual one first.
    """

    def decorate(cls: type[R]) -> type[R]:
        # By keyword only for everybody but `build`, which is called for every push.
        made = dataclass(frozen=True, slots=True)(cls)
        made.kinds = kinds
        made.kind = kinds[0] if kinds else ""
        hints = get_type_hints(made, include_extras=True)
        made.plan = tuple(
            _reader(field.name, hints[field.name])
            for field in fields(made)  # type: ignore[arg-type]
        )
        return made

    return decorate


def build(cls: type[R], names: Names) -> R:
    """Return a `cls` from the fields that it names.

    Raises:
        Untypable: a field that may not be None has no readable value.

    """
    return cls(*[read(names.get(tag)) for tag, read in cls.plan])


def folded(raw: Fields) -> dict[str, Any]:
    """Return `raw` by lower-case names, the first of two that meet, and whole under RAW."""
    names: dict[str, Any] = {name.lower(): value for name, value in reversed(list(raw.items()))}
    names[RAW] = raw
    return names


def integer(value: Value) -> int | None:
    """Return a field as an exact integer, None where it is not one."""
    digits = text(value)
    return int(digits) if digits and _INTEGER.fullmatch(digits) else None


def decimal(value: Value) -> float | None:
    """Return a field as a finite float, None where it is not a plain decimal number."""
    digits = text(value)
    return float(digits) if _DECIMAL.fullmatch(digits) else None


_SCALARS: Mapping[object, Reader] = {str: text, int: integer, float: decimal}


def _reader(name: str, hint: Any) -> tuple[str, Reader]:
    """Return the top-level tag of an attribute, and what makes its value of that field."""
    if name == "raw":
        return RAW, lambda value: value
    head, nested = name.replace("_", ""), ()
    if get_origin(hint) is Annotated:
        hint, tag = get_args(hint)
        head, *nested = tag.path
    if get_origin(hint) is tuple:
        return head, _many(tuple(nested), get_args(hint)[0])
    scalar, *none = get_args(hint) or (hint,)
    read = _SCALARS[scalar]
    if nested:
        read = _first(tuple(nested), read)
    return head, read if none or scalar is str else _required(name, read)


def _first(path: tuple[str, ...], convert: Reader) -> Reader:
    return lambda value: convert(next(_walk(value, path), None))


def _required(name: str, convert: Reader) -> Reader:
    def read(value: Value) -> Any:
        if (result := convert(value)) is None:
            raise Untypable(f"{name} has no readable value")
        return result

    return read


def _many(path: tuple[str, ...], item: Any) -> Reader:
    def convert(value: Value) -> Any:
        if item in _SCALARS:
            return _SCALARS[item](value)
        return build(item, folded(value)) if isinstance(value, dict) else None

    def read(value: Value) -> tuple[Any, ...]:
        made = (convert(item) for item in _walk(value, path) if item is not None)
        return tuple(item for item in made if item is not None)

    return read


def _walk(value: Value, path: tuple[str, ...]) -> Iterator[Value]:
    """Yield every value at the end of `path`, whichever of its elements are repeated."""
    if isinstance(value, list):
        for item in value:
            yield from _walk(item, path)
    elif not path:
        yield value
    elif isinstance(value, dict):
        yield from _walk(folded(value).get(path[0]), path[1:])
