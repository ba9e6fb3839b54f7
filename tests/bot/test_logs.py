"""Logs: ids and actions in, secrets out."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from bot.config import Secrets, read_secrets
from bot.logs import start_logging

TOKEN = "123456:CANARY-token"
WEBHOOK_SECRET = "canary-webhook-secret"
SECRETS = read_secrets({"TELEGRAM_TOKEN": TOKEN, "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET})


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    """Logging is the whole process's; put it back."""
    root, names = logging.getLogger(), ("httpx", "httpcore", "aiohttp.client", "aiosqlite", "telegram", "uvicorn")
    handlers, level, levels = root.handlers[:], root.level, {name: logging.getLogger(name).level for name in names}
    root.handlers = []
    yield
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
        raise RuntimeError(f"no answer from /bot{secret}/getMe")
    except RuntimeError:
        log.exception("failed")
    text = logged(capsys)
    assert secret not in text
    assert text.count("***") == 3
    assert "Traceback" in text


def test_ids_stand_on_the_line_of_the_message_not_below_its_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    start_logging("INFO", SECRETS)
    try:
        raise RuntimeError("broken")
    except RuntimeError:
        logging.getLogger("bot").exception("failed", extra={"inbox_id": 7})
    first, *_, last = logged(capsys).splitlines()
    assert first.endswith("ERROR bot: failed [inbox_id=7]")
    assert last == "RuntimeError: broken"


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
