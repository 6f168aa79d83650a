"""The HTTP edge of the service, and the table of its URLs."""

import re
from collections.abc import Iterable
from importlib import import_module

from setting_values import SettingError
from settings import Account, label
from tornado.routing import URLSpec

from handlers.health import HealthHandler
from handlers.hooks import HookError
from handlers.service import Endpoint, Service
from handlers.wechat import WeChatHandler


def routes(endpoints: Iterable[Endpoint], service: Service) -> list[URLSpec]:
    """Return what is served where."""
    accounts = [URLSpec(re.escape(e.account.path), e.handler, {"endpoint": e}) for e in endpoints]
    return [*accounts, URLSpec("/healthz", HealthHandler, {"service": service})]


def handler_of(account: Account) -> type[WeChatHandler]:
    """Import the handler class of `account`, which may live anywhere on the import path.

    Raises:
        SettingError: there is no such class, or one of its hooks is wrong.

    """
    setting = label(account.name, "handler")
    module_name, _, class_name = account.handler.partition(":")
    try:
        module = import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and (module_name + ".").startswith(error.name + "."):
            advice = ": write the module without .py" if module_name.endswith(".py") else ""
            problem = f"names no module that can be found: {error.name}{advice}"
            raise SettingError(setting, problem) from None
        raise SettingError(setting, f"{module_name} cannot be imported: {error}") from error
    except HookError as error:
        raise SettingError(setting, f"{account.handler}: {error}") from None
    except (Exception, SystemExit) as error:
        problem = f"{module_name} cannot be imported: {type(error).__name__}"
        raise SettingError(setting, problem) from error
    handler = getattr(module, class_name, None)
    if handler is None:
        raise SettingError(setting, f"names no class of {module_name}: {class_name}")
    if not (isinstance(handler, type) and issubclass(handler, WeChatHandler)):
        raise SettingError(setting, f"{account.handler} is no subclass of WeChatHandler")
    return handler
