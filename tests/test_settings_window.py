"""The settings of the window: each rule, and a line for bad values."""

from pathlib import Path

import pytest

from setting_values import SettingError
from settings import Account, Settings, load
from tests.pushes import TOKEN

MINIMAL = {"WECHAT_TOKEN": TOKEN}
DEADLINE_RULE = "must be seconds from 0.1 to 4.8"
BUDGET_RULE = "must be a whole number of hang-ups from 0 to 100000"
RUNNING_RULE = "must be a whole number of hooks from 1 to 1e+06"
WARNING_RULE = "must be seconds from 0.1 to 60"
BAD = [
    *(("REPLY_DEADLINE", value, DEADLINE_RULE) for value in ("0", "5", "4,5", "-1", "nan", "4.5s")),
    *(("ACK_ATTEMPT", value, "must be auto, 1, 2 or 3") for value in ("0", "4", "first", "1.0")),
    *(("HANGUP_BUDGET", value, BUDGET_RULE) for value in ("-1", "1.5", "many", "100001")),
    *(("MAX_RUNNING", value, RUNNING_RULE) for value in ("0", "1.5", "many")),
    *(("BLOCKING_WARNING", value, WARNING_RULE) for value in ("0", "61", "never")),
]


def settings(**environ: str) -> Settings:
    """Return the settings of an environment."""
    return load(MINIMAL | {f"WECHAT_{name.upper()}": value for name, value in environ.items()})


def account(**environ: str) -> Account:
    """Return its account."""
    return settings(**environ).accounts[0]


@pytest.mark.parametrize(("name", "value", "rule"), BAD)
def test_bad_value(name: str, value: str, rule: str) -> None:
    """A value that breaks its rule is refused by a line that names both."""
    with pytest.raises(SettingError) as caught:
        load(MINIMAL | {f"WECHAT_{name}": value})
    assert str(caught.value) == f"WECHAT_{name} {rule}"


def test_values() -> None:
    """Each is read as what it is."""
    assert account(reply_deadline="3").reply_deadline == 3.0
    assert account(reply_deadline="0.25").reply_deadline == 0.25
    assert [account(ack_attempt=each).ack_attempt for each in ("auto", "AUTO", "1", "3")] == [
        *(0, 0, 1, 3)
    ]
    assert account(hangup_budget="0").hangup_budget == 0
    assert settings(max_running="8").max_running == 8
    assert settings(blocking_warning="0.5").blocking_warning == 0.5


def test_nothing_is_meant() -> None:
    """An empty notice or pick-up word is none, and not the default."""
    assert account(late_notice="", pickup="").late_notice == ""
    assert account(pickup="").pickup == ""
    assert account().pickup == "查看"


def test_numbers_of_a_file(tmp_path: Path) -> None:
    """A file has numbers as numbers, for one account or for all; true is none."""
    config = tmp_path / "wechat.toml"
    config.write_text(
        "max_running = 7\nreply_deadline = 3.5\nack_attempt = 2\n"
        '[accounts.a]\ntoken = "aaaa"\nack_attempt = "auto"\nhangup_budget = 5\n'
    )
    found = load({}, str(config))
    [made] = found.accounts
    assert (found.max_running, made.reply_deadline) == (7, 3.5)
    assert (made.ack_attempt, made.hangup_budget) == (0, 5)
    config.write_text('[accounts.a]\ntoken = "aaaa"\nreply_deadline = true\n')
    with pytest.raises(SettingError, match="reply_deadline must be seconds"):
        load({}, str(config))
