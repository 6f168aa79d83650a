"""What is easily mistaken in a setting is forgiven, or pointed out."""

import pytest

from setting_values import SettingError
from settings import load
from tests import pushes

MINIMAL = {"WECHAT_TOKEN": pushes.TOKEN}


@pytest.mark.parametrize("mode", ["SAFE", "Safe"])
def test_mode_in_any_case(mode: str) -> None:
    """A mode may be written in capitals."""
    given = {"ENCODING_AES_KEY": pushes.AES_KEY, "APP_ID": pushes.APP_ID, "MODE": mode}
    environ = MINIMAL | {f"WECHAT_{name}": value for name, value in given.items()}
    assert load(environ).accounts[0].mode == "safe"


def test_variable_in_small_letters() -> None:
    """A variable that differs by case alone cannot stand in for the real one."""
    with pytest.raises(SettingError, match="WECHAT_Token is not a setting: did you mean WECHAT_TO"):
        load(MINIMAL | {"WECHAT_Token": "zzz"})


@pytest.mark.parametrize(
    ("name", "value", "hint"),
    [
        ("TOKEN", "ab", "; 2 characters were given"),
        ("ENCODING_AES_KEY", pushes.AES_KEY + " ", "; 44 characters were given"),
        ("APP_ID", "0123456789abcdef" * 2, "; this looks like the AppSecret"),
    ],
)
def test_hints(name: str, value: str, hint: str) -> None:
    """What is easily mistaken is pointed out, without showing the value."""
    with pytest.raises(SettingError) as caught:
        load(MINIMAL | {f"WECHAT_{name}": value})
    line = str(caught.value)
    assert line.endswith(hint)
    assert value not in line
