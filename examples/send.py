"""Signs a text message as WeChat does, sends it to a running service, shows the answer.

.venv/bin/python examples/send.py 你好 [URL]

It sends plaintext, and signs with the token in WECHAT_TOKEN (else: development).
"""

import http.client
import os
import secrets
import sys
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from wechat.signature import sign
from wechat.xml import dump, load, text

URL = "http://127.0.0.1:8000/wechat"
USER = "oDeveloper"


def signed(url: str, token: str) -> str:
    """Return the request target for `url` with a fresh signature."""
    timestamp, nonce = str(int(time.time())), str(secrets.randbelow(10**9))
    signature = sign(token, timestamp, nonce)
    query = {"signature": signature, "timestamp": timestamp, "nonce": nonce, "openid": USER}
    return f"{urlsplit(url).path}?{urlencode(query)}"


def message(content: str) -> bytes:
    """Return the body of a text message."""
    fields: dict[str, str | int] = {
        "ToUserName": "gh_development",
        "FromUserName": USER,
        "CreateTime": int(time.time()),
        "MsgType": "text",
        "Content": content,
        "MsgId": secrets.randbits(63),
    }
    return dump(fields).encode()


def main(content: str, url: str = URL) -> str:
    """Send `content`; return what the user would see, or exit with why it is nothing."""
    place = urlsplit(url)
    if place.scheme != "http":
        sys.exit(f"{url} does not begin with http://")
    connection = http.client.HTTPConnection(place.hostname or "", place.port, timeout=5)
    target = signed(url, os.environ.get("WECHAT_TOKEN", "development"))
    try:
        connection.request("POST", target, message(content), {"Content-Type": "text/xml"})
        response = connection.getresponse()
        body = response.read()
    except OSError as error:
        sys.exit(f"no answer from {url}: {error}")
    if response.status != http.client.OK:
        sys.exit(f"refused with status {response.status}: the service's log says why")
    return text(load(body).get("Content")) if body.startswith(b"<") else "(no reply)"


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3} or sys.argv[1] in {"-h", "--help"}:
        sys.exit(__doc__)
    print(main(*sys.argv[1:]))
