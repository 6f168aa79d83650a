"""What single arguments and options of the simulator's commands may be."""

import argparse
import math
import re

from wechat.crypto import EncryptionMode

from simulator.account import AccountKind

PROGRAM = "python -m simulator"
_OPENID = re.compile("[A-Za-z0-9_-]{1,64}")


def number(text: str) -> float:
    """Read a finite number."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number, as in 0.5")
    return value


def count(text: str) -> int:
    """Read a number of things, of which there is at least one."""
    if not re.fullmatch("[0-9]{1,9}", text) or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1")
    return int(text)


def port(text: str) -> int:
    """Read a port to listen at; 0 is any."""
    if not re.fullmatch("[0-9]{1,5}", text) or int(text) not in range(1 << 16):
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: 0 (any) to 65535")
    return int(text)


def openid(text: str) -> str:
    """Read an openid: letters, digits, _ and -."""
    if not _OPENID.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not an openid: letters, digits, _ and -")
    return text


def mode(text: str) -> EncryptionMode:
    """Read 消息加解密方式 by the names that the service's settings have."""
    if text.lower() not in set(EncryptionMode):
        raise argparse.ArgumentTypeError(f"{text!r} is not a mode: {_either(EncryptionMode)}")
    return EncryptionMode(text.lower())


def kind(text: str) -> AccountKind:
    """Read 账号类型."""
    if text not in set(AccountKind):
        raise argparse.ArgumentTypeError(f"{text!r} is not a kind: {_either(AccountKind)}")
    return AccountKind(text)


def _either(names: type[EncryptionMode] | type[AccountKind]) -> str:
    *others, last = names
    return f"{', '.join(others)} or {last}"
