"""The declaration of typed values: how an annotation alone reads a field."""

from dataclasses import FrozenInstanceError
from typing import Annotated

import pytest

from tests.wechat.samples import same
from wechat.fields import RAW, Record, Tag, Untypable, build, folded, typed
from wechat.xml import Fields, Value


@typed("sample", "other_sample")
class Sample(Record):
    """One attribute of every sort that a push may have."""

    plain_name: str
    named: Annotated[str, Tag("Other_Name")]
    number: int
    number_or_none: int | None
    degrees_or_none: float | None
    inner: Annotated[str, Tag("Box", "Inner")]
    inner_number: Annotated[int | None, Tag("Box", "Number")]
    inner_required: Annotated[float, Tag("Box", "Deep", "Required")]


@typed()
class Item(Record):
    """An item of a list."""

    idx: int | None
    url: str


@typed()
class Lists(Record):
    """Lists of every sort, each at the end of a path."""

    numbers: Annotated[tuple[int, ...], Tag("Numbers", "n")]
    words: Annotated[tuple[str, ...], Tag("Words", "List", "w")]
    items: Annotated[tuple[Item, ...], Tag("Items", "item")]


FIELDS: Fields = {
    "PlainName": "a",
    "Other_Name": "b",
    "Number": "1",
    "NumberOrNone": "2",
    "DegreesOrNone": "3.5",
    "Box": {"Inner": "c", "Number": "4", "Deep": {"Required": "5"}},
}
OTHER_BOX: Value = {"Inner": "z", "Number": "9", "Deep": {"Required": "9"}}
SAMPLE = Sample(
    plain_name="a",
    named="b",
    number=1,
    number_or_none=2,
    degrees_or_none=3.5,
    inner="c",
    inner_number=4,
    inner_required=5.0,
)


def test_every_sort_of_attribute() -> None:
    """Each attribute comes from its element, converted as its annotation says."""
    assert same(build(Sample, folded(FIELDS)), SAMPLE)


def test_names_are_compared_without_case() -> None:
    """Element names in any case are the same, nested ones too."""

    def upper(value: Value) -> Value:
        if isinstance(value, dict):
            return {name.upper(): upper(item) for name, item in value.items()}
        return value

    swapped = {name.swapcase(): upper(value) for name, value in FIELDS.items()}
    assert same(build(Sample, folded(swapped)), SAMPLE)


def test_what_is_absent() -> None:
    """Absent text is "", an absent number None, an absent list empty."""
    least: Fields = {"Number": "1", "Box": {"Deep": {"Required": "-5.25"}}}
    made = build(Sample, folded(least))
    assert (made.plain_name, made.named, made.inner) == ("", "", "")
    assert (made.number_or_none, made.degrees_or_none, made.inner_number) == (None, None, None)
    assert made.inner_required == -5.25
    assert build(Lists, folded({})) == Lists(numbers=(), words=(), items=())


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"Number": None}, "number"),
        ({"Number": "one"}, "number"),
        ({"Number": {"#text": "one"}}, "number"),
        ({"Box": None}, "inner_required"),
        ({"Box": "5"}, "inner_required"),
        ({"Box": {"Deep": None}}, "inner_required"),
        ({"Box": {"Deep": {"Required": "north"}}}, "inner_required"),
    ],
)
def test_a_required_number(change: dict[str, Value], name: str) -> None:
    """A number that may not be None makes the value impossible, and the error names it."""
    with pytest.raises(Untypable, match=f"^{name} has no readable value$"):
        build(Sample, folded({**FIELDS, **change}))


@pytest.mark.parametrize(
    "change",
    [
        {"Number": ["1", "9"]},
        {"NumberOrNone": ["2", None]},
        {"PlainName": ["a", "z", "z"]},
        {"plainname": "z"},
        {"Box": [FIELDS["Box"], OTHER_BOX]},
        {"Box": {"Inner": ["c", "z"], "Number": ["4", "9"], "Deep": {"Required": ["5", "9"]}}},
        {"Box": {"Inner": "c", "Number": "4", "Deep": [{"Required": "5"}, {"Required": "9"}]}},
    ],
)
def test_the_first_occurrence_wins(change: dict[str, Value]) -> None:
    """Of a repeated scalar the first one counts, at any depth and in whatever case."""
    assert same(build(Sample, folded({**FIELDS, **change})), SAMPLE)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"PlainName": [None, "z"], "NumberOrNone": [None, "9"]}, ("", None, "c", 4)),
        (
            {"Box": {"Inner": [None, "z"], "Number": [None, "9"], "Deep": {"Required": "5"}}},
            ("a", 2, "", None),
        ),
    ],
)
def test_the_first_occurrence_wins_though_it_is_empty(
    change: dict[str, Value], expected: tuple[object, ...]
) -> None:
    """A later occurrence does not stand in for a first one that is empty, at any depth."""
    made = build(Sample, folded({**FIELDS, **change}))
    values = (made.plain_name, made.number_or_none, made.inner, made.inner_number)
    assert values == expected


def test_folded() -> None:
    """Names become lower case, the first of two that meet stays, and all is kept under RAW."""
    raw: Fields = {"MsgID": "1", "msgid": "2", "Event": "x", "": "y"}
    assert folded(raw) == {"msgid": "1", "event": "x", RAW: raw}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Numbers": None}, ()),
        ({"Numbers": {"n": None}}, ()),
        ({"Numbers": {"n": "1"}}, (1,)),
        ({"Numbers": {"n": ["1", "2"]}}, (1, 2)),
        ({"Numbers": {"n": ["1", None, "x", "2"]}}, (1, 2)),
        ({"Numbers": [{"n": "1"}, None, {"n": ["2", "3"]}]}, (1, 2, 3)),
        ({"Numbers": [[{"N": "1"}], {"n": [["2"], "3"]}]}, (1, 2, 3)),
        ({"Numbers": "1"}, ()),
    ],
)
def test_a_list_of_numbers(fields: Fields, expected: tuple[int, ...]) -> None:
    """A list is a tuple of none, one or many, whichever of its elements are repeated."""
    assert build(Lists, folded(fields)).numbers == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"Words": {"List": None}}, ()),
        ({"Words": {"List": {"w": "a"}}}, ("a",)),
        ({"Words": {"List": {"w": ["a", "b"]}}}, ("a", "b")),
        ({"Words": {"List": [{"w": "a"}, {"w": None}, {"w": ["b", "c"]}]}}, ("a", "b", "c")),
        ({"Words": [{"List": {"w": "a"}}, {"List": [{"W": "b"}]}]}, ("a", "b")),
    ],
)
def test_a_list_of_text(fields: Fields, expected: tuple[str, ...]) -> None:
    """A list that comes in several parts is one tuple."""
    assert build(Lists, folded(fields)).words == expected


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        (None, ()),
        ("loose text", ()),
        ({"Idx": "1", "Url": "u"}, (Item(idx=1, url="u"),)),
        ({"IDX": "1"}, (Item(idx=1, url=""),)),
        (
            [{"Idx": "1"}, None, "text", {"Url": "u"}],
            (Item(idx=1, url=""), Item(idx=None, url="u")),
        ),
    ],
)
def test_a_list_of_records(item: Value, expected: tuple[Item, ...]) -> None:
    """The items of a list are typed values themselves; what is no item is left out."""
    assert build(Lists, folded({"Items": {"item": item}})).items == expected


def test_values_are_frozen() -> None:
    """A typed value cannot be changed, has no room for more, and can be a key."""
    with pytest.raises(FrozenInstanceError):
        SAMPLE.number = 2  # type: ignore[misc]
    assert not hasattr(SAMPLE, "__dict__")
    assert {SAMPLE: 1}[build(Sample, folded(FIELDS))] == 1


def test_kinds() -> None:
    """A class knows its names on the wire, the usual one first; without any, it has none."""
    assert (Sample.kind, Sample.kinds) == ("sample", ("sample", "other_sample"))
    assert (Item.kind, Item.kinds) == ("", ())
