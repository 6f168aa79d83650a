"""How tests call the platform's API: over a real socket, as a service does."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from tornado.httpclient import AsyncHTTPClient, HTTPResponse

from simulator.users import User
from simulator.world import World

USER = "oUser-of-the-tests"
START = 1_790_000_000.0  # 2026-09-21 22:13:20 in Beijing
MEDIA_ID = "permanent_material_that_was_never_uploaded_here"
RID = re.compile(r" rid: 6[0-9a-f]{7}-[0-9a-f]{8}-[0-9a-f]{8}")


@dataclass
class Clock:
    """A clock that only moves when a test moves it."""

    now: float = START

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@dataclass
class Api:
    """Calls the API of `world`; the access token is the stable one unless another is given."""

    client: AsyncHTTPClient
    base_url: str
    world: World

    @property
    def token(self) -> str:
        """The stable token as it is now."""
        return self.world.platform.tokens.stable(self.world.account.app_id).text

    async def fetch(
        self, path: str, *, method: str = "GET", token: str | None = None, **options: Any
    ) -> HTTPResponse:
        """Return the answer to a call, whatever its status; `query` is one of the options."""
        query = dict(options.pop("query", {}))
        if token != "":
            query["access_token"] = self.token if token is None else token
        return await self.client.fetch(
            f"{self.base_url}/cgi-bin/{path}?{urlencode(query)}",
            method=method,
            raise_error=False,
            allow_nonstandard_methods=True,
            **options,
        )

    async def get(self, path: str, *, token: str | None = None, **query: str) -> Any:
        """Return the JSON of a GET."""
        return answer(await self.fetch(path, token=token, query=query))

    async def post(
        self, path: str, body: Mapping[str, Any] | bytes, *, token: str | None = None, **query: str
    ) -> Any:
        """Return the JSON of a POST of an object, or of any bytes."""
        sent = body if isinstance(body, bytes) else dumped(body)
        response = await self.fetch(path, method="POST", token=token, body=sent, query=query)
        return answer(response)

    async def send(self, kind: str, **content: Any) -> Any:
        """Return the answer to a customer service message."""
        return await self.send_to(USER, kind, **content)

    async def send_to(self, openid: str, kind: str, **content: Any) -> Any:
        """Return the answer to a customer service message to anybody."""
        message = {"touser": openid, "msgtype": kind, kind: content}
        return await self.post("message/custom/send", message)


def dumped(value: Any) -> bytes:
    """Return JSON as a service should send it."""
    return json.dumps(value, ensure_ascii=False).encode()


def answer(response: HTTPResponse) -> Any:
    """Return the JSON of an answer, which has always status 200."""
    assert response.code == 200
    assert response.headers["Content-Type"] == "application/json; encoding=utf-8"
    value = json.loads(response.body)
    if value.get("errcode", 0) != 0:
        assert RID.search(value["errmsg"])
    return value


def follower(world: World, openid: str = USER) -> User:
    """Return somebody who follows the account, and did nothing else."""
    return world.user(openid).user


def last(world: World) -> Any:
    """Return the last line of the user's chat, and what it shows."""
    user = world.users.get(USER)
    assert user
    item = user.chat[-1]
    return item.kind, item.content
