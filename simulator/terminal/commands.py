"""Every command: what it takes, what it does, and an example of it."""

from collections.abc import Mapping
from functools import partial

from simulator.engine import pushes
from simulator.places import LATITUDE, LONGITUDE
from simulator.terminal import arguments, options, pushing
from simulator.terminal.bursting import add_burst, run_burst
from simulator.terminal.command import PUSH, done_by, field
from simulator.terminal.replaying import raw, replay
from simulator.terminal.serving import PORT, serve
from simulator.terminal.verifying import run_verify
from terminal.command import Command, Define, overview, takes

_SENT_AGAIN = (
    "A push is an XML document, or an object of JSON with its fields or its XML. FILE - is the "
    "standard input. MsgId and CreateTime are sent as recorded, as a retry of WeChat has them: "
    "a service that remembers what it answered may say so again. --fresh makes them new."
)
_FIELDS = takes("fields", nargs="*", type=field, metavar="FIELD=VALUE", help="an element to set")
_FRESH = takes("--fresh", action="store_true", help="with a new MsgId and CreateTime")


def _messages() -> tuple[Command, ...]:
    return (
        Command(
            name="text",
            takes="TEXT",
            does="Send a text message",
            example="text 你好",
            define=(takes("text", metavar="TEXT", help="what to say"), *PUSH),
            run=done_by(lambda user, args: user.text(args.text)),
        ),
        Command(
            name="image",
            takes="[FILE]",
            does="Send a picture",
            more="A FILE can be fetched from its PicUrl as long as the push runs.",
            example="image photo.jpg",
            define=(takes("file", nargs="?", metavar="FILE", help="a file or a URL"), *PUSH),
            run=done_by(pushing.picture),
        ),
        Command(
            name="voice",
            does="Send speech",
            example="voice --recognition 今天天气",
            define=(
                takes("--recognition", default="", metavar="TEXT", help="what WeChat heard"),
                *PUSH,
            ),
            run=done_by(lambda user, args: user.voice(args.recognition)),
        ),
        Command(
            name="video",
            does="Send a video",
            example="video",
            define=(takes("--short", action="store_true", help="as a short one"), *PUSH),
            run=done_by(lambda user, args: user.video(short=args.short)),
        ),
        Command(
            name="location",
            does="Send a place",
            example="location --latitude 31.23 --longitude 121.47 --label 外滩",
            define=(*_place(), *PUSH),
            run=done_by(pushing.locate),
        ),
        Command(
            name="link",
            takes="[TITLE [URL]]",
            does="Share a page",
            example="link 公众平台 https://mp.weixin.qq.com/",
            define=(
                takes("title", nargs="?", default="链接", metavar="TITLE", help="its title"),
                takes("address", nargs="?", default="https://mp.weixin.qq.com/", metavar="URL"),
                takes("--description", default="", metavar="TEXT", help="what stands below it"),
                *PUSH,
            ),
            run=done_by(lambda user, args: user.link(args.title, args.description, args.address)),
        ),
        Command(
            name="message",
            takes="KIND [FIELD=VALUE…]",
            does="Send a message of any kind",
            more=f"Kinds: {', '.join(pushes.MESSAGES)}. What is not set is as in a sample.",
            example="message file Title=menu.pdf",
            define=(takes("name", metavar="KIND", help="its MsgType"), _FIELDS, *PUSH),
            run=done_by(pushing.message),
        ),
    )


def _events() -> tuple[Command, ...]:
    return (
        Command(
            name="follow",
            does="Follow the account, as a stranger",
            example="follow --scene 123",
            define=(takes("--scene", metavar="S", help="by the QR code of this scene"), *PUSH),
            run=done_by(pushing.follow),
        ),
        Command(
            name="unfollow",
            does="Stop following the account",
            example="unfollow",
            define=PUSH,
            run=done_by(lambda user, _: user.unfollow()),
        ),
        Command(
            name="scan",
            takes="SCENE",
            does="Scan a QR code of the account, as a follower",
            example="scan 123",
            define=(takes("scene", metavar="SCENE", help="the scene of the code"), *PUSH),
            run=done_by(lambda user, args: user.scan(args.scene)),
        ),
        Command(
            name="click",
            takes="KEY",
            does="Tap a button of the menu that has a key",
            example="click V1001_TODAY",
            define=(takes("key", metavar="KEY", help="the key of the button"), *PUSH),
            run=done_by(lambda user, args: user.click(args.key)),
        ),
        Command(
            name="view",
            takes="URL",
            does="Tap a button of the menu that opens a page",
            example="view https://mp.weixin.qq.com/",
            define=(takes("address", metavar="URL", help="the page"), *PUSH),
            run=done_by(lambda user, args: user.view(args.address)),
        ),
        Command(
            name="event",
            takes="NAME [FIELD=VALUE…]",
            does="Cause any event",
            more=f"Names: {', '.join(pushes.EVENTS)}. What is not set is as in a sample.",
            example="event kf_create_session KfAccount=kf1@shop",
            define=(takes("name", metavar="NAME", help="its Event"), _FIELDS, *PUSH),
            run=done_by(pushing.event),
        ),
    )


def _others() -> tuple[Command, ...]:
    user = partial(options.add_user, default=None)
    recorded: tuple[Define, ...] = (user, _FRESH, *PUSH[1:])
    return (
        Command(
            name="verify",
            does="Press 提交 in the console: is the URL the account's own",
            example="verify --url https://wechat.example.com/wechat",
            define=(options.add_account, options.add_cutoff, options.add_way, options.add_verbose),
            run=run_verify,
        ),
        Command(
            name="raw",
            takes="FILE",
            does="Send one recorded push",
            more=_SENT_AGAIN,
            example="raw push.xml --fresh",
            define=(takes("file", metavar="FILE", help="where it is"), *recorded),
            run=raw,
        ),
        Command(
            name="replay",
            takes="FILE…",
            does="Send recorded pushes, one after another",
            more=f"{_SENT_AGAIN} A folder stands for all the recordings in it.",
            example="replay recordings/ --fresh",
            define=(takes("files", nargs="+", metavar="FILE", help="where they are"), *recorded),
            run=replay,
        ),
        Command(
            name="burst",
            does="Have many users write at once",
            example="burst --users 100 --rate 50 --seconds 10",
            define=(add_burst, options.add_account, options.add_cutoff, options.add_faults),
            run=run_burst,
        ),
    )


def _place() -> tuple[Define, ...]:
    number = arguments.number
    return (
        takes("--latitude", type=number, default=LATITUDE, metavar="DEGREES", help="-90 to 90"),
        takes("--longitude", type=number, default=LONGITUDE, metavar="DEGREES", help="-180 to 180"),
        takes("--label", default="", metavar="TEXT", help="its address"),
    )


_PAGE = """\
It is WeChat, as it behaves towards the callback service of an Official Account, and
for development only. With a command it does one thing, and says what the user sees:

{commands}

Each command has its own --help, with an example. Exit status: 0 the user saw what
WeChat shows, or nothing; 1 the fault line, or the verification failed; 2 the command
line is wrong, and nothing was sent; 3 the page's port cannot be listened at."""
COMMANDS: Mapping[str, Command] = {
    command.name: command for command in (*_messages(), *_events(), *_others())
}
PAGE = Command(
    name="",
    takes="[COMMAND]",
    does="Serve the phone in the browser",
    more=_PAGE.format(commands=overview(COMMANDS)),
    example="--url http://127.0.0.1:3000/callback",
    define=(
        takes("--port", type=arguments.port, default=PORT, help=f"where the page is ({PORT})"),
        partial(options.add_account, app_secret=True),
        options.add_cutoff,
    ),
    run=serve,
)
