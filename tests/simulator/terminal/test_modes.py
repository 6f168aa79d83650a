"""The real service in each mode, and both sides told by the same environment."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests import pushes
from tests.processes import started
from tests.simulator.terminal.conftest import Run

PLAIN = {"WECHAT_TOKEN": pushes.TOKEN}
SAFE = PLAIN | {"WECHAT_ENCODING_AES_KEY": pushes.AES_KEY, "WECHAT_APP_ID": pushes.APP_ID}


@pytest.mark.parametrize(
    ("environ", "mode"),
    [(PLAIN, "plaintext"), (SAFE | {"WECHAT_MODE": "compatible"}, "compatible"), (SAFE, "safe")],
    ids=["plaintext", "compatible", "safe"],
)
def test_mode(
    environ: Mapping[str, str],
    mode: str,
    run: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Told nothing but where it is, the simulator agrees with it, and shows no secret."""
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    with started(tmp_path, "--port=0", environ=environ) as process:
        url = f"--url=http://127.0.0.1:{process.port}/wechat"
        status, out, _ = run("text", "hi", "--verbose", url)
        assert (status, f"({mode} mode," in out, "The user sees:\n  hi\n" in out) == (0, True, True)
        assert ("<Encrypt>" in out, "> <xml>" in out) == (mode != "plaintext", True)
        status, said, _ = run("verify", "--verbose", url)
        assert (status, "提交成功" in said) == (0, True)
    assert [secret for secret in (pushes.TOKEN, pushes.AES_KEY) if secret in out + said] == []
