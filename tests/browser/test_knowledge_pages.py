"""The list of intents, the editor and the trial in a browser: what an admin does, and what nobody else can."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest_asyncio
from playwright.async_api import Page, expect

from bot.testing.small_console import ADMIN, DEWI, SmallConsole
from tests.browser.conftest import Visit
from tests.browser.knowledge_stage import Shop, open_shop

HOSTILE = 'a/../<img src=x onerror="throw 1">'
LOOKS = (("id", False, False), ("en", True, True))
"""Language, dark, phone: the two that have nothing in common."""

SCRIPT = "<script>throw 1</script>"


@pytest_asyncio.fixture(loop_scope="session")
async def kb(shop: Mapping[str, str]) -> AsyncIterator[Shop]:
    """A knowledge base of its own for each test."""
    async with open_shop(shop) as opened:
        yield opened


@pytest_asyncio.fixture(loop_scope="session")
async def console(kb: Shop) -> SmallConsole:
    """What `visit` opens."""
    return kb.console


def piece(draft: Any, name: str) -> dict[str, Any]:
    return dict(draft.pieces[f"intent/{name}"])


async def try_message(page: Page, text: str) -> None:
    await page.fill(".kb-trial textarea", text)
    await page.press(".kb-trial textarea", "Enter")


async def test_an_admin_adds_an_intent_and_tries_it_before_anybody_is_served_by_it(kb: Shop, visit: Visit) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge")
    page = admin.page
    await expect(page.locator(".kb-row[data-intent]")).to_have_count(len(piece_names(kb)))
    await page.fill(".kb-search input", "ongk")
    await expect(page.locator(".kb-row[data-intent]")).to_have_count(1)
    await page.click("text=Intent baru")
    await page.fill("[aria-label=Judul]", "Bayar di tempat")
    await expect(page.locator("[aria-label='Nama teknis']")).to_have_value("bayar_di_tempat")
    async with page.expect_navigation():
        await page.click("text=Mulai menulis")

    await page.fill(
        ".kb-examples", "bisa cod ga\nbayar di tempat bisa?\nbisa cod ga\nlacak pesanan dong\nwa 081234567890"
    )
    doubts = page.locator(".kb-checked .kb-doubts")
    await expect(doubts).to_contain_text("“bisa cod ga” ada dua kali")
    await expect(doubts).to_contain_text("Lacak pesanan")
    await expect(doubts).to_contain_text("[nomor telepon]")
    await page.fill(
        ".kb-examples", "bisa cod ga\nbayar di tempat bisa?\ncod bisa kak\nmau bayar pas barang sampai\nterima cod"
    )
    await page.click("text=Tambah varian")
    await page.fill(".kb-text", "Bisa COD, {sapaan}. Saldo {saldo}.")
    await expect(page.locator(".kb-bubble-text")).to_have_text("Bisa COD, Kak. Saldo {saldo}.")
    await expect(page.locator(".kb-preview .kb-doubts")).to_contain_text("{saldo} tidak dikenal")
    await page.fill(".kb-text", "Bisa COD, {sapaan}.")
    await page.click("text=Simpan ke draf")
    await expect(page.locator(".kb-draft")).to_contain_text("Draf: 1 perubahan")

    await try_message(page, "bisa cod kak")
    sides = page.locator(".kb-side")
    await expect(sides.nth(1).locator(".kb-verdict")).to_have_text("Dijawab sebagai “Bayar di tempat”", timeout=60_000)
    await expect(sides.nth(1).locator(".kb-bubble-text")).to_have_text("Bisa COD, Kak.")
    await expect(sides.nth(0)).not_to_contain_text("Bayar di tempat")
    assert "bayar_di_tempat" not in kb.serving.mind().knowledge.intents
    [*_, entry] = reversed(await kb.console.store.audit_trail(agent_id=ADMIN.id))
    assert (entry.action, entry.about) == ("kb_edit", "intent/bayar_di_tempat")


async def test_an_answer_alone_is_published_at_once_while_the_rest_stays_a_draft(kb: Shop, visit: Visit) -> None:
    ongkir = {**piece(await kb.library.view(), "ongkir"), "examples": ["ongkir brp", "ongkos kirim"]}
    await kb.library.edit("intent/ongkir", ongkir, 0, "Dewi")
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/intent/jam_buka")
    page = admin.page
    texts = page.locator(".kb-text")
    await texts.nth(0).fill("Buka 24 jam, {sapaan}!")
    await page.locator(".kb-variant").nth(0).get_by_text("Kapan dipakai").click()
    await page.locator(".kb-variant").nth(1).locator("summary").click()
    await page.locator(".kb-variant").nth(1).locator("input[type=date]").nth(1).fill("2020-01-01")
    await expect(page.locator(".kb-variant").nth(1)).to_contain_text("kedaluwarsa")
    await page.locator(".kb-variant").nth(0).get_by_role("button", name="Tombol").click()
    await page.fill("[aria-label='Tulisan di tombol']", "Ongkir")
    await page.select_option("[aria-label='Pilih intent']", "ongkir")
    await expect(page.locator(".kb-key")).to_have_text("Ongkir")
    await page.click("text=Simpan ke draf")
    await page.click("text=Terbitkan jawaban ini")
    await page.locator(".desk-dialog").get_by_role("button", name="Terbitkan jawaban ini").click()
    await expect(page.locator(".kb-draft")).to_contain_text("Draf: 1 perubahan · dasar rilis 2")
    [first, second] = kb.serving.mind().knowledge.answers["jam_buka"]
    assert first.text == "Buka 24 jam, {sapaan}!"
    assert [(button.title, button.payload) for button in first.buttons] == [("Ongkir", "/ongkir")]
    assert second.until is not None
    assert "ongkir brp" not in kb.serving.mind().knowledge.intents["ongkir"].examples


async def test_who_saves_second_sees_both_versions_and_chooses(kb: Shop, visit: Visit) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/intent/ongkir")
    page = admin.page
    await page.locator(".kb-text").fill("Ongkir mulai Rp5.000.")
    theirs = {**piece(await kb.library.view(), "ongkir"), "answers": [{"text": "Ongkir dari Dewi."}]}
    version = await kb.library.edit("intent/ongkir", theirs, 0, "Dewi")
    await expect(page.locator(".kb-notice")).to_have_text("groupDewi baru saja mengubah intent ini.Bandingkan")
    await page.click("text=Simpan ke draf")
    clash = page.locator(".kb-clash")
    await expect(clash).to_contain_text("Dewi sudah mengubah intent ini")
    await expect(clash.locator(".kb-clash-sides > div").nth(0)).to_contain_text("jawaban: Ongkir dari Dewi.")
    await expect(clash.locator(".kb-clash-sides > div").nth(1)).to_contain_text("jawaban: Ongkir mulai Rp5.000.")
    await admin.shot("knowledge-conflict")
    assert piece(await kb.library.view(), "ongkir") == theirs
    await clash.get_by_text("Simpan versi saya").click()
    await expect(clash).to_have_count(0)
    mine = piece(await kb.library.view(), "ongkir")
    assert mine["answers"] == [{"text": "Ongkir mulai Rp5.000."}]

    other = await kb.library.view()
    change = other.change("intent/ongkir")
    assert change is not None
    assert change.version > version
    await kb.library.edit("intent/ongkir", theirs, change.version, "Dewi")
    await expect(page.locator(".kb-text")).to_have_value("Ongkir dari Dewi.")


async def test_what_others_refer_to_cannot_be_removed_and_a_change_can_be_taken_back(kb: Shop, visit: Visit) -> None:
    draft = await kb.library.view()
    jam = {**piece(draft, "jam_buka"), "answers": [{"text": "x", "buttons": [{"title": "O", "payload": "/ongkir"}]}]}
    await kb.library.edit("intent/jam_buka", jam, 0, "Dewi")
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/intent/ongkir")
    page = admin.page
    await page.click("text=Hapus intent")
    await expect(page.locator(".desk-dialog")).to_contain_text("tombol di jawaban jam_buka")
    await page.click("text=Tutup >> visible=true")
    await admin.go("/knowledge/intent/jam_buka")
    await page.click("text=Batalkan perubahan")
    await page.locator(".desk-dialog").get_by_role("button", name="Batalkan perubahan").click()
    await expect(page.locator(".kb-draft")).to_contain_text("Belum ada perubahan di draf")
    await admin.go("/knowledge/intent/ongkir")
    await page.click("text=Hapus intent")
    async with page.expect_navigation():
        await page.locator(".desk-dialog").get_by_role("button", name="Hapus intent").click()
    await expect(page.locator("[data-intent=ongkir]")).to_contain_text("dihapus")
    assert "intent/ongkir" not in (await kb.library.view()).pieces


async def test_a_supervisor_sees_and_tries_but_changes_nothing(kb: Shop, visit: Visit) -> None:
    dewi = await visit()
    await dewi.enter(DEWI, "/knowledge")
    page = dewi.page
    await expect(page.locator("text=Intent baru")).to_have_count(0)
    await page.click("[data-intent=ongkir]")
    await expect(page.locator(".kb-examples")).not_to_be_editable()
    await expect(page.locator(".kb-actions")).to_have_count(0)
    await try_message(page, "ongkir ke bali")
    await expect(page.locator(".kb-verdict")).to_have_text("Dijawab sebagai “Ongkos kirim”")
    before = await kb.library.view()
    await page.evaluate("""() => {
        const element = Object.values(mounted_app.elements).find((each) => each.component?.name === undefined
            && each.events?.some((event) => event.type === "save"));
        const id = Object.keys(mounted_app.elements).find((key) => mounted_app.elements[key] === element);
        const event = element.events.find((each) => each.type === "save");
        window.socket.emit("event", { id: Number(id), client_id: window.clientId, listener_id: event.listener_id,
            args: [JSON.stringify({ value: { examples: ["diretas"] } })] });
    }""")
    await expect(page.locator(".desk-error, .desk-toast-bad").first).to_be_visible()
    assert (await kb.library.view()).pieces == before.pieces


async def test_hostile_names_titles_and_answers_are_text_everywhere(kb: Shop, visit: Visit) -> None:
    value = {"title": SCRIPT, "examples": [SCRIPT, "{{7*7}} coba"], "answers": [{"text": f"{SCRIPT} <b>{{{{7}}}}</b>"}]}
    await kb.library.edit(f"intent/{HOSTILE}", value, 0, SCRIPT)
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge")
    page = admin.page
    row = page.locator(".kb-row[data-intent]", has_text=SCRIPT)
    await expect(row).to_contain_text(HOSTILE)
    await row.click()
    await expect(page.locator(".kb-head h2")).to_have_text(SCRIPT)
    await expect(page.locator(".kb-bubble-text")).to_have_text(f"{SCRIPT} <b>{{7}}</b>")
    await try_message(page, SCRIPT)
    await expect(page.locator(".kb-side .kb-verdict").first).to_be_visible()
    assert await page.locator(".kb img, .kb script, .kb-bubble-text b").count() == 0


async def test_the_pages_look_as_they_should(kb: Shop, visit: Visit) -> None:
    published = {**piece(await kb.library.view(), "ongkir"), "title": "Ongkos kirim"}
    published["answers"] = [
        {
            "text": "Ongkir gratis sampai akhir tahun, {sapaan}! Lihat {situs}.",
            "image": "https://toko.example/promo.png",
            "buttons": [
                {"title": "Lacak pesanan", "payload": "/lacak_pesanan"},
                {"title": "Situs", "payload": "https://x.id"},
            ],
            "until": "2025-12-31",
        },
        {"text": "Ongkos kirim tampil saat checkout, {sapaan}."},
    ]
    await kb.library.edit("intent/ongkir", published, 0, "Dewi")
    for locale, dark, phone in LOOKS:
        admin = await visit(phone=phone, dark=dark)
        await kb.console.change(ADMIN, locale=locale)
        await kb.console.console.look()
        await admin.sign_in(ADMIN)
        for path, seen in (("", "[data-intent=ongkir]"), ("/intent/ongkir", ".kb-fine")):
            await admin.go(f"/knowledge{path}")
            await admin.page.wait_for_selector(seen)
            wide = await admin.page.evaluate("document.querySelector('.desk-content').scrollWidth")
            assert wide <= admin.page.viewport_size["width"], (path, locale)  # type: ignore[index]  # It has one.
            await admin.shot(f"knowledge{path.replace('/', '-')}-{locale}-{'dark' if dark else 'light'}")
        await admin.page.context.close()


def piece_names(kb: Shop) -> list[str]:
    return list(kb.serving.mind().knowledge.intents)
