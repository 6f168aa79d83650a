"""What each kind of account may do."""

import pytest

from simulator.account import AccountKind
from tests.simulator.platform.calling import Api

EVERYBODY = ("getcallbackip", "get_api_domain_ip")
MENU = ("menu/create", "menu/get", "menu/delete")
CUSTOMERS = (
    "message/custom/send",
    "message/custom/typing",
    "user/info",
    "user/info/updateremark",
    "media/upload",
    "media/get",
    "user/info/batchget",
    "menu/addconditional",
    "menu/delconditional",
    "menu/trymatch",
)
SERVICE = ("message/template/send", "qrcode/create", "shorten/gen", "shorten/fetch")
GETS = {*EVERYBODY, "menu/get", "menu/delete", "user/info", "media/get"}
TABLE = {
    AccountKind.UNVERIFIED_SUBSCRIPTION: EVERYBODY,
    AccountKind.VERIFIED_SUBSCRIPTION: (*EVERYBODY, *MENU, *CUSTOMERS),
    AccountKind.UNVERIFIED_SERVICE: (*EVERYBODY, *MENU),
    AccountKind.VERIFIED_SERVICE: (*EVERYBODY, *MENU, *CUSTOMERS, *SERVICE),
    AccountKind.TEST: (*EVERYBODY, *MENU, *CUSTOMERS, *SERVICE),
}
PATHS = (*EVERYBODY, *MENU, *CUSTOMERS, *SERVICE)


@pytest.mark.parametrize("account_kind", AccountKind)
@pytest.mark.gen_test
async def test_rights(account_kind: AccountKind, api: Api) -> None:
    """A path that the kind has no right to answers 48001, every other one does not."""
    refused = set()
    for path in PATHS:
        answer = await (api.get(path) if path in GETS else api.post(path, {}))
        if answer.get("errcode") == 48001:
            refused.add(path)
    assert refused == set(PATHS) - set(TABLE[account_kind])
