"""The door of the console: what it lets in, from whom, and what it answers the others."""

from __future__ import annotations

import asyncio
import re
from datetime import timedelta

import httpx
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus

from bot.settings import ConsoleSettings
from bot.testing.small_console import ADMIN, PASSWORD, SARI, TONO, SmallConsole, now, password_hash, small_console
from tests.bot.console.conftest import Caller

CLIENT = re.compile(r"'client_id': '([0-9a-f-]{36})'")


async def actions(console: SmallConsole) -> list[str]:
    return [entry.action for entry in reversed(await console.store.audit_trail())]


async def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(caller: Caller) -> None:
    answer = await caller.get("/accounts")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/desk/sign-in?next=/accounts"


async def test_the_sign_in_page_needs_no_script(caller: Caller) -> None:
    answer = await caller.get("/sign-in")
    assert answer.status_code == 200
    assert "<script" not in answer.text
    assert "script-src" not in answer.headers["content-security-policy"]
    assert "default-src 'none'" in answer.headers["content-security-policy"]


async def test_login_and_password_open_the_door(caller: Caller, console: SmallConsole) -> None:
    answer = await caller.sign_in(SARI)
    assert answer.status_code == 303
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Path=/desk" in cookie
    assert (await caller.get("/profile")).status_code == 200
    assert await actions(console) == ["sign_in"]


@pytest.mark.parametrize(
    ("login", "password"), [("sari", "salah"), ("siapa", PASSWORD), ("", ""), ("sari' OR 1=1 --", "x"), ("sari", "")]
)
async def test_anything_else_does_not(caller: Caller, login: str, password: str) -> None:
    answer = await caller.post("/sign-in", login=login, password=password)
    assert answer.status_code == 401
    assert "keliru" in answer.text
    assert not caller.cookie


async def test_what_was_typed_comes_back_as_text(caller: Caller) -> None:
    answer = await caller.post("/sign-in", login='"><script>alert(1)</script>', password="x")
    assert "<script" not in answer.text


async def test_guessing_is_slowed_down_and_written_down() -> None:
    begun = now()
    async with small_console(clock=lambda: begun) as console, httpx.AsyncClient(timeout=20) as http:
        caller = Caller(console, http)
        statuses = [(await caller.sign_in(SARI, "salah")).status_code for _ in range(7)]
        assert statuses == [401] * 5 + [429] * 2
        # While it lasts the right password is not looked at either.
        assert (await caller.sign_in(SARI)).status_code == 429
        assert await actions(console) == ["sign_in_failed"] * 5 + ["sign_in_throttled"]


async def test_an_unknown_login_takes_as_much_work(caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    from bot.console import passwords

    checked: list[str] = []
    verify = passwords._matches

    def counted(password: str, hashed: str) -> bool:
        checked.append(hashed)
        return verify(password, hashed)

    monkeypatch.setattr(passwords, "_matches", counted)
    await caller.post("/sign-in", login="siapa", password="x")
    await caller.post("/sign-in", login="sari", password="x")
    assert len(checked) == 2
    assert checked[0].split("$")[:4] == checked[1].split("$")[:4]


async def test_a_session_that_was_planted_is_not_the_one_that_is_opened(caller: Caller, console: SmallConsole) -> None:
    await caller.sign_in(TONO)
    planted = caller.cookie
    await caller.sign_in(SARI)
    assert caller.cookie != planted
    async with httpx.AsyncClient(cookies={"tanggap_desk": planted}) as attacker:
        answer = await Caller(console, attacker).get("/profile")
    assert answer.status_code == 303


@pytest.mark.parametrize("there", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
async def test_sign_in_leads_nowhere_else(caller: Caller, there: str) -> None:
    answer = await caller.post("/sign-in", login="sari", password=PASSWORD, next=there)
    assert answer.headers["location"] == "/desk/"


async def test_sign_out_ends_the_session(caller: Caller, console: SmallConsole) -> None:
    await caller.sign_in(SARI)
    token = caller.cookie
    assert (await caller.post("/sign-out")).status_code == 204
    async with httpx.AsyncClient(cookies={"tanggap_desk": token}) as again:
        assert (await Caller(console, again).get("/profile")).status_code == 303
    assert await actions(console) == ["sign_in", "sign_out"]


async def test_a_disabled_account_is_out_at_once_and_stays_out(caller: Caller, console: SmallConsole) -> None:
    await caller.sign_in(SARI)
    await console.change(SARI, disabled=True)
    await console.console.look()
    assert (await caller.get("/profile")).status_code == 303
    assert (await caller.post("/session")).status_code == 401
    assert (await caller.sign_in(SARI)).status_code == 401


@pytest.mark.parametrize("path", ["/sign-in", "/sign-out", "/session", "/sign-in-code", "/sign-in-telegram"])
@pytest.mark.parametrize("origin", ["https://evil.example", "null", None])
async def test_nothing_is_taken_from_another_sites_page(caller: Caller, path: str, origin: str | None) -> None:
    await caller.sign_in(SARI)
    headers = {"origin": origin} if origin else {}
    answer = await caller.http.post(caller.console.url(path), headers=headers, data={"login": "sari"})
    assert answer.status_code == 403


def socket_url(console: SmallConsole, client_id: str) -> str:
    address = console.url("/_nicegui_ws/socket.io/").replace("http", "ws", 1)
    return f"{address}?client_id={client_id}&EIO=4&transport=websocket"


async def refused(console: SmallConsole, client_id: str, cookie: str, origin: str | None) -> bool:
    headers = {"cookie": f"tanggap_desk={cookie}"}
    try:
        async with connect(socket_url(console, client_id), additional_headers=headers, origin=origin):  # type: ignore[arg-type]
            return False
    except InvalidStatus as status:
        return status.response.status_code == 403


async def test_the_socket_of_a_page_is_for_its_session_and_our_origin_alone(
    caller: Caller, console: SmallConsole
) -> None:
    await caller.sign_in(SARI)
    page = await caller.get("/profile")
    found = CLIENT.search(page.text.replace("&#39;", "'").replace("&quot;", "'").replace('"', "'"))
    assert found
    client_id = found[1]
    async with httpx.AsyncClient(timeout=20) as http:
        other = Caller(console, http)
        await other.sign_in(TONO)
        await other.get("/profile")
        assert await refused(console, client_id, other.cookie, console.address)
    assert await refused(console, client_id, caller.cookie, "https://evil.example")
    assert await refused(console, client_id, caller.cookie, None)
    assert await refused(console, client_id, "", console.address)
    assert not await refused(console, client_id, caller.cookie, console.address)


async def test_pages_carry_headers_that_keep_browsers_careful(caller: Caller) -> None:
    await caller.sign_in(SARI)
    headers = (await caller.get("/profile")).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"


async def test_an_address_that_there_is_not_has_a_page_of_its_own(caller: Caller) -> None:
    await caller.sign_in(SARI)
    answer = await caller.get("/tidak-ada")
    assert answer.status_code == 404
    assert "Halamannya tidak ada" in answer.text


@pytest.mark.parametrize("name", ["../site.py", "..%2Fsite.py", "tidak-ada.css", "desk.css/../../site.py"])
async def test_only_assets_are_handed_out(caller: Caller, name: str) -> None:
    answer = await caller.get(f"/static/{name}")
    assert "from __future__" not in answer.text
    assert answer.status_code in (303, 404)


async def test_forwarded_prefixes_are_not_believed(caller: Caller) -> None:
    await caller.sign_in(SARI)
    headers = {"accept": "text/html", "x-forwarded-prefix": '/evil"><script>', "x-forwarded-host": "evil.example"}
    answer = await caller.http.get(caller.console.url("/profile"), headers=headers)
    assert "/evil" not in answer.text
    assert "evil.example" not in answer.text


async def test_behind_a_tls_proxy_cookies_are_secure_and_paths_are_the_proxys() -> None:
    public = ConsoleSettings(public_url="https://cs.example.com/bot")
    async with small_console(settings=public) as console, httpx.AsyncClient(timeout=20) as http:
        origin = {"origin": "https://cs.example.com"}
        form = {"login": "sari", "password": PASSWORD}
        answer = await http.post(console.url("/sign-in"), data=form, headers=origin)
        assert answer.headers["location"] == "/bot/desk/"
        assert "Secure" in answer.headers["set-cookie"]
        assert "Path=/bot/desk" in answer.headers["set-cookie"]
        token = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
        page = await http.get(console.url("/profile"), headers={"cookie": f"tanggap_desk={token}"})
        assert page.status_code == 200
        assert '"/bot/desk/static/desk.css' in page.text
        assert (
            await http.post(console.url("/sign-in"), data=form, headers={"origin": console.address})
        ).status_code == 403


async def test_only_a_trusted_proxy_says_who_asks() -> None:
    async def address_of(trusted: list[str]) -> str:
        settings = ConsoleSettings(trusted_proxies=trusted)
        async with small_console(settings=settings) as console, httpx.AsyncClient(timeout=20) as http:
            headers = {"origin": console.address, "x-forwarded-for": "203.0.113.9"}
            await http.post(console.url("/sign-in"), data={"login": "sari", "password": "x"}, headers=headers)
            return (await console.store.audit_trail())[0].detail

    assert await address_of(["127.0.0.1"]) == "203.0.113.9"
    assert await address_of([]) == "127.0.0.1"


async def test_the_token_changes_each_hour_on_the_way(monkeypatch: pytest.MonkeyPatch) -> None:
    passed = timedelta()
    async with small_console(clock=lambda: now() + passed) as console, httpx.AsyncClient(timeout=20) as http:
        caller = Caller(console, http)
        await caller.sign_in(SARI)
        first = caller.cookie
        await caller.post("/session")
        assert caller.cookie == first
        passed = timedelta(hours=1)
        await caller.post("/session")
        second = caller.cookie
        assert second != first
        passed = timedelta(hours=2)
        assert (await caller.get("/profile")).status_code == 200
        assert caller.cookie not in (first, second)
        passed = timedelta(hours=4, minutes=1)
        assert (await caller.get("/profile")).status_code == 303


async def test_a_code_by_telegram_opens_the_door(caller: Caller, console: SmallConsole) -> None:
    await console.change(SARI, telegram_id=777)
    await console.console.look()
    answer = await caller.post("/sign-in-code", login="sari")
    assert answer.status_code == 200
    await asyncio.sleep(0)  # It is sent beside the answer.
    [(telegram_id, text)] = console.codes
    assert telegram_id == 777
    code = re.search(r"\d{4} \d{4}", text)
    assert code
    assert (await caller.post("/sign-in-telegram", code="0000 0000")).status_code == 401
    assert (await caller.post("/sign-in-telegram", code=code[0])).status_code == 303
    assert (await caller.get("/profile")).status_code == 200
    assert (await actions(console))[-1] == "sign_in_telegram"


async def test_asking_for_a_code_tells_nothing_of_who_is_there(caller: Caller, console: SmallConsole) -> None:
    await console.change(SARI, telegram_id=777)
    await console.console.look()
    known, unlinked, unknown = [
        (await caller.post("/sign-in-code", login=login)).text for login in ("sari", "tono", "siapa")
    ]
    assert known == unlinked == unknown


async def test_without_telegram_no_code_is_offered() -> None:
    async with small_console(by_telegram=False) as console, httpx.AsyncClient(timeout=20) as http:
        caller = Caller(console, http)
        assert "Telegram" not in (await caller.get("/sign-in")).text
        assert (await caller.post("/sign-in-code", login="sari")).status_code == 404


async def test_an_old_hash_is_made_anew_at_sign_in(caller: Caller, console: SmallConsole) -> None:
    from argon2 import PasswordHasher

    old = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
    await console.store.save_agent(SARI, old)
    await caller.sign_in(SARI)
    found = await console.store.password_hash("sari")
    assert found
    assert found[1].startswith(password_hash().rpartition("$")[0].rpartition("$")[0])


async def test_a_form_that_is_too_long_is_not_read(caller: Caller) -> None:
    answer = await caller.post("/sign-in", login="sari", password="x" * 20_000)
    assert answer.status_code == 401


async def test_an_admin_lands_where_they_have_something_to_do(caller: Caller) -> None:
    await caller.sign_in(ADMIN)
    answer = await caller.get("/")
    assert answer.status_code == 303
    assert (await caller.get(answer.headers["location"].removeprefix("/desk"))).status_code == 200
