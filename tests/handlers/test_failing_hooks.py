"""What becomes of a hook that fails: a traceback for the operator, no fault line for the user."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tornado.simple_httpclient import HTTPTimeoutError
from tornado.web import Finish, HTTPError

from handlers.hooked import Answer
from handlers.service import Endpoint
from handlers.wechat import WeChatHandler
from settings import Account
from tests import pushes
from tests.conftest import Recorder
from tests.handlers.sending import Send, logged, until
from wechat.messages import TextMessage
from wechat.replies import Reply
from wechat.xml import Output

APOLOGY = {"error_reply": "抱歉, 出错了"}


class Acting(Recorder):
    """Does to itself what its state says, then answers."""

    async def on_text(self, message: TextMessage) -> Answer:
        """Act; then answer, or raise, as the recorder does."""
        self.state.get("action", lambda handler: None)(self)
        await asyncio.sleep(self.state.get("delay", 0))
        answer: Answer = self.record("on_text", message)
        return answer


class Unrenderable(Reply):
    """A reply of somebody's own that does not work."""

    kind = "text"

    def body(self) -> Mapping[str, Output]:
        raise LookupError("no such media")


@pytest.fixture
def handler() -> type[WeChatHandler]:
    """Serve an account whose hook does as it is told."""
    return Acting


TEXT = pushes.body(pushes.message(MsgId=42, Content="hello"))
KEY = f"default:{pushes.USER}:42"

FAILURES = [
    RuntimeError("database gone"),
    KeyError("x"),
    HTTPError(404, "signature=secret"),
    Finish(),
    asyncio.CancelledError(),
    TimeoutError(),
    SystemExit(2),
    KeyboardInterrupt(),
    BaseExceptionGroup("", [SystemExit()]),
]


@pytest.mark.parametrize(
    ("account", "body"), [({}, "success"), (APOLOGY, "抱歉, 出错了")], indirect=["account"]
)
@pytest.mark.parametrize("failure", [*FAILURES, 42, Unrenderable()], ids=repr)
@pytest.mark.gen_test
async def test_failing_hook(
    failure: object, account: Account, body: str, send: Send, endpoint: Endpoint
) -> None:
    """However a hook fails, the user gets the apology or nothing, never WeChat's fault line."""
    endpoint.state["answer"] = failure
    response = await send(pushes.query(), TEXT)
    assert response.code == 200
    assert body in response.body.decode()
    assert len(endpoint.state["pushes"]) == 1
    assert endpoint.service.running == set()


@pytest.mark.parametrize("failure", FAILURES, ids=repr)
@pytest.mark.gen_test
async def test_traceback(
    failure: BaseException, send: Send, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """A hook that raises leaves its traceback and the message's key in the log, no query."""
    endpoint.state["answer"] = failure
    query = pushes.query()
    await send(query, TEXT)
    [record] = [r for r in caplog.records if r.name.startswith("handlers.")]
    assert record.levelname == "ERROR"
    assert record.getMessage() == f"Acting.on_text failed on {KEY}"
    assert record.exc_info is not None
    assert record.exc_info[1] is failure
    assert query["signature"] not in caplog.text


@pytest.mark.parametrize(
    "action",
    [
        lambda handler: handler.write("mine"),
        lambda handler: handler.finish("mine"),
        lambda handler: handler.finish(),
        lambda handler: handler.write({"a": 1}),
        lambda handler: handler.redirect("/elsewhere"),
        lambda handler: handler.send_error(418),
        lambda handler: handler.finish_plain("mine"),
        lambda handler: handler.flush(),
        lambda handler: handler.set_header("Content-Length", "3"),
        lambda handler: handler.add_header("Transfer-Encoding", "chunked"),
        lambda handler: handler.detach(),
    ],
    ids=[
        *("write", "finish", "end", "json", "redirect", "send_error", "finish_plain", "flush"),
        *("set_header", "add_header", "detach"),
    ],
)
@pytest.mark.gen_test
async def test_hook_that_writes(
    action: Callable[[Any], None], send: Send, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """A hook that writes to the response fails, with a word on what to do instead."""
    endpoint.state["action"] = action
    response = await send(pushes.query(), TEXT)
    assert (response.code, response.body) == (200, b"success")
    assert response.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert "a hook returns its reply, and never touches the response" in caplog.text


@pytest.mark.gen_test
async def test_wrong_type(send: Send, endpoint: Endpoint, caplog: pytest.LogCaptureFixture) -> None:
    """A hook that returns what is no reply fails like one that raises, and learns why."""
    endpoint.state["answer"] = 42
    assert (await send(pushes.query(), TEXT)).body == b"success"
    assert logged(caplog) == [f"Acting.on_text failed on {KEY}"]
    assert "TypeError: a hook returns a Reply, str or None, not int" in caplog.text


@pytest.mark.parametrize("answer", [None, "hello"])
@pytest.mark.gen_test
async def test_status_is_not_a_hooks_own(
    answer: str | None, send: Send, endpoint: Endpoint
) -> None:
    """A hook cannot make its answer one that WeChat would not read."""
    endpoint.state |= {"action": lambda handler: handler.set_status(404), "answer": answer}
    response = await send(pushes.query(), TEXT)
    assert response.code == 200


@pytest.mark.gen_test
async def test_client_gone(
    send: Send, endpoint: Endpoint, caplog: pytest.LogCaptureFixture
) -> None:
    """A hook runs to its end though WeChat has hung up, and nobody complains."""
    endpoint.state |= {"delay": 1.5, "answer": "too late"}
    target = send.base_url + pushes.url("/wechat", pushes.query())
    with pytest.raises(HTTPTimeoutError):
        await send.client.fetch(target, method="POST", body=TEXT, request_timeout=0.7)
    await until(lambda: bool(endpoint.state["pushes"]) and not endpoint.service.running)
    assert logged(caplog) == []
