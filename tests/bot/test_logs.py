"""Logs: ids and actions in, secrets out."""

from __future__ import annotations

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from bot.config import Secrets, read_secrets
from bot.logs import _QUIET, OURS, needed_secret, start_logging
from conversation.errors import SettingError, StorageError

TOKEN = "123456:CANARY-token"
WEBHOOK_SECRET = "canary-webhook-secret"
CANARY = "-".join(("kata", "rahasia"))
"""What a customer wrote. It does not stand in the source, which tracebacks show."""
SECRETS = read_secrets({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET})


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is the whole process's; put it back."""
    root, names = logging.getLogger(), (*OURS, *_QUIET)
    hooks = sys.excepthook, threading.excepthook, logging.raiseExceptions
    handlers, level, levels = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in names}
    root.handlers = []
    yield
    sys.excepthook, threading.excepthook, logging.raiseExceptions = hooks
    root.handlers = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def logged(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err


def test_a_line_holds_ids_and_action(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)
    logging.getLogger("bot.turns").info("a turn failed", extra={"action": "turn_failed", "inbox_id": 7})
    line = logged(capsys)
    assert "INFO bot.turns: a turn failed [action=turn_failed inbox_id=7]" in line


def test_a_line_without_extras_ends_with_its_message(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)
    logging.getLogger("bot").info("ready")
    assert logged(capsys).endswith("INFO bot: ready\n")


@pytest.mark.parametrize("secret", [TOKEN, WEBHOOK_SECRET])
def test_a_secret_appears_nowhere_however_it_got_in(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    start_logging("DEBUG", SECRETS)
    log = logging.getLogger("bot")
    log.debug("GET https://api.telegram.org/bot%s/getMe", secret, extra={"url": f"/bot{secret}/x"})
    try:
        raise ConnectionError(f"no answer from /bot{secret}/getMe")
    except ConnectionError:
        log.exception("failed")
    text = logged(capsys)
    assert secret not in text
    assert text.count("***") == 3
    assert "Traceback" in text


def test_ids_stand_on_the_line_of_the_message_not_below_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)
    try:
        raise ConnectionError("broken")
    except ConnectionError:
        logging.getLogger("bot").exception("failed", extra={"inbox_id": 7})
    first, *_, last = logged(capsys).splitlines()
    assert first.endswith("ERROR bot: failed [inbox_id=7]")
    assert last == "ConnectionError: broken"


def test_the_level_is_the_setting(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("WARNING", SECRETS)
    logging.getLogger("bot").info("quiet")
    logging.getLogger("bot").warning("loud")
    text = logged(capsys)
    assert "loud" in text
    assert "quiet" not in text


@pytest.mark.parametrize("library", ["httpx", "httpcore", "aiohttp.client", "telegram", "telegram.ext"])
def test_libraries_that_log_addresses_are_silent_even_when_debugging(
    capsys: pytest.CaptureFixture[str], library: str
) -> None:
    start_logging("DEBUG", SECRETS)
    logging.getLogger(library).info("POST https://api.telegram.org/bot…")
    assert logged(capsys) == ""


def test_without_secrets_there_is_nothing_to_hide(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", Secrets())
    logging.getLogger("bot").info("ready")
    assert "***" not in logged(capsys)


def failed_at(text: str) -> None:
    """Fail in a way that quotes what was read, with a cause that does so, too."""
    try:
        int(text)
    except ValueError as error:
        raise KeyError(text) from error


@pytest.mark.parametrize("form", ["text", "json"])
def test_an_exception_quotes_nobody(capsys: pytest.CaptureFixture[str], form: str) -> None:
    start_logging("DEBUG", SECRETS, form)  # type: ignore[arg-type]
    try:
        failed_at(CANARY)
    except KeyError:
        logging.getLogger("bot.turns").exception("a turn failed", extra={"inbox_id": 7})
    line = logged(capsys)
    assert CANARY not in line
    assert all(word in line for word in ("ValueError", "KeyError", "failed_at", "the direct cause", "words withheld"))


def test_an_exception_that_speaks_of_the_program_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)
    for error in (StorageError("the disk is full"), AttributeError("no attribute 'x'"), OSError(28, "No space")):
        try:
            raise error
        except type(error):
            logging.getLogger("bot").exception("failed")
        assert str(error) in logged(capsys)


def test_the_parts_of_a_group_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)
    group = ExceptionGroup(CANARY, [ValueError(CANARY), StorageError("the disk is full")])
    logging.getLogger("bot").error("failed", exc_info=group)
    line = logged(capsys)
    assert CANARY not in line
    assert "StorageError: the disk is full" in line


async def test_a_task_that_nobody_waited_for_quotes_nobody(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)

    async def fail() -> None:
        raise ValueError(CANARY)

    task = asyncio.create_task(fail())
    await asyncio.sleep(0)
    del task
    asyncio.get_running_loop().call_exception_handler(
        {
            "message": "Task exception was never retrieved",
            "exception": ValueError(CANARY),
            "future": CANARY,
        }
    )
    line = logged(capsys)
    assert "Task exception was never retrieved" in line
    assert CANARY not in line


@pytest.mark.parametrize("where", ["main", "thread"])
def test_what_ends_the_process_is_logged_and_quotes_nobody(capsys: pytest.CaptureFixture[str], where: str) -> None:
    start_logging("INFO", SECRETS)
    try:
        failed_at(CANARY)
    except KeyError as error:
        if where == "main":
            sys.excepthook(type(error), error, error.__traceback__)
        else:
            threading.excepthook(threading.ExceptHookArgs((type(error), error, error.__traceback__, None)))
    line = logged(capsys)
    assert "the process failed [action=failed]" in line
    assert CANARY not in line


def test_a_line_that_cannot_be_written_is_not_shown_instead(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)
    logging.getLogger("bot").info("%d", CANARY)
    assert logged(capsys) == ""


def test_programs_get_one_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS, "json")
    logging.getLogger("bot.turns").info("a turn\nfailed", extra={"action": "turn_failed", "inbox_id": 7})
    try:
        raise StorageError("the disk is full")
    except StorageError:
        logging.getLogger("bot").exception("failed")
    first, second = (json.loads(line) for line in logged(capsys).splitlines())
    assert {key: value for key, value in first.items() if key != "at"} == {
        "level": "info",
        "logger": "bot.turns",
        "message": "a turn\nfailed",
        "action": "turn_failed",
        "inbox_id": 7,
    }
    assert first["at"].endswith("+00:00")
    assert second["error"] == "StorageError"
    assert second["trace"].endswith("StorageError: the disk is full")


def test_a_secret_that_somebody_asks_for_is_hidden_from_then_on(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    start_logging("INFO", Secrets())
    monkeypatch.setenv("TOKO_KEY", "kunci-kenari")
    assert needed_secret("TOKO_KEY") == "kunci-kenari"
    logging.getLogger("bot").info("GET /?key=kunci-kenari")
    assert "GET /?key=***" in logged(capsys)
    with pytest.raises(SettingError, match="TOKO_LAIN is not in the environment") as missing:
        needed_secret("TOKO_LAIN", "Ask the shop for it.")
    assert missing.value.remedy == "Ask the shop for it."
