"""The inbox in a browser, over a store in memory: what agents see and do on it, by mouse, by keys, and on a phone."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import expect

from bot.console.assets import asset
from bot.testing.small_console import DEWI, SARI, TONO, SmallConsole, now
from conversation.messages import Attachment, AttachmentKind, Author
from conversation.ports import Receipt, ReceiptStatus
from conversation.tickets import TicketStatus
from tests.browser.conftest import Visit, Visitor
from tests.browser.inbox_stage import PICTURE, SUGGESTED, Inbox, open_inbox


@pytest_asyncio.fixture(loop_scope="session")
async def inbox(tmp_path: Path) -> AsyncIterator[Inbox]:
    async with open_inbox(tmp_path / "uploads") as opened:
        yield opened


@pytest.fixture
def console(inbox: Inbox) -> SmallConsole:
    return inbox.console


async def at_ticket(visit: Visit, inbox: Inbox, name: str = "Budi", **options: bool) -> Visitor:
    """Sari, with a ticket open."""
    sari = await visit(**options)
    await sari.enter(SARI, f"/inbox?ticket={inbox.numbers[name]}")
    await expect(sari.page.locator(".inbox-thread")).to_contain_text("halo kak")
    return sari


async def until(condition: object, seconds: float = 5.0) -> None:
    """Wait until something has become so."""
    end = now() + timedelta(seconds=seconds)
    while not await condition():  # type: ignore[operator]
        assert now() < end, "it did not become so"
        await asyncio.sleep(0.02)


async def test_a_message_from_the_customer_appears_without_reload(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await inbox.says("Budi", "ini pesan baru saya")
    await expect(sari.page.locator(".inbox-thread")).to_contain_text("ini pesan baru saya", timeout=2_000)
    await inbox.ticket("Agus", "mau tukar ukuran")
    await expect(sari.page.locator(".inbox-rows")).to_contain_text("Agus", timeout=2_000)
    await sari.shot("inbox-talk")


async def test_what_customers_write_is_shown_as_text_only(visit: Visit, inbox: Inbox) -> None:
    hostile = "<img src=x onerror=alert(1)> {{ constructor.constructor('alert(1)')() }} **tebal**"
    await inbox.ticket("<b>Mallory</b>", hostile)
    sari = await at_ticket(visit, inbox, "<b>Mallory</b>")
    await expect(sari.page.locator(".inbox-thread")).to_contain_text(hostile)
    await expect(sari.page.locator(".inbox-header")).to_contain_text("<b>Mallory</b>")
    assert await sari.page.locator(".inbox-thread img, .inbox-rows b").count() == 0


async def test_a_reply_arrives_once_however_often_it_is_sent(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.fill("textarea", "Kami ganti hari ini, Kak.")
    await sari.page.locator(".inbox-send").dblclick()
    await expect(sari.page.locator(".inbox-is-sent .q-icon").last).to_be_visible()
    same = {"key": "f" * 32, "ticket": inbox.numbers["Budi"], "text": "Dua kali?", "note": False, "name": "Sari"}
    for _ in range(3):
        await sari.page.evaluate("detail => dispatchEvent(new CustomEvent('desk-send', { detail }))", same)
    await expect(sari.page.locator(".inbox-said", has_text="Dua kali?").locator(".inbox-is-sent")).to_have_count(1)
    await sari.page.wait_for_timeout(300)
    assert [inbox.told("Budi").count(text) for text in ("Kami ganti hari ini, Kak.", "Dua kali?")] == [1, 1]
    assert await sari.page.locator(".inbox-said", has_text="Dua kali?").count() == 1


async def test_what_was_refused_by_the_channel_is_sent_again_once(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.click("[data-act=claim]")
    await until(lambda: _told(inbox, "dibantu langsung"))
    inbox.channel.script(Receipt(status=ReceiptStatus.REJECTED, error="chat not found"))
    await sari.page.fill("textarea", "Sudah dikirim ya")
    await sari.page.keyboard.press("Enter")
    said = sari.page.locator(".inbox-said", has_text="Sudah dikirim ya")
    await expect(said).to_contain_text("gagal terkirim: chat not found")
    await sari.shot("inbox-failed")
    await said.get_by_role("button", name="Coba lagi").dblclick()
    await until(lambda: _count(inbox, "Sudah dikirim ya", 2))
    await sari.page.wait_for_timeout(300)
    assert inbox.told("Budi").count("Sudah dikirim ya") == 2  # The one that was refused, and one more.


async def test_what_is_typed_goes_to_the_customer_who_is_shown(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    # In one go, as quick as no hand: another ticket is picked, and something sent before it has come.
    await sari.page.evaluate(
        """ticket => {
          document.querySelector(`[data-ticket="${ticket}"]`).click();
          const box = document.querySelector("textarea");
          box.value = "Refundnya besok ya";
          box.dispatchEvent(new Event("input", { bubbles: true }));
          box.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        }""",
        inbox.numbers["Siti"],
    )
    await expect(sari.page.locator(".inbox-thread")).to_contain_text("Kapan refund saya?")
    await expect(sari.page.locator("textarea")).to_have_value("")
    await expect(sari.page.locator("textarea")).to_be_editable()
    await sari.page.fill("textarea", "Kami cek dulu ya")
    await sari.page.keyboard.press("Enter")
    await until(lambda: _told_to(inbox, "Siti", "Kami cek dulu ya"))
    assert not await _told_to(inbox, "Budi", "Refundnya besok ya")


async def test_who_claims_the_last_that_waits_goes_on_with_their_own(visit: Visit, inbox: Inbox) -> None:
    sari = await visit()
    await sari.enter(SARI, "/inbox")
    await expect(sari.page.get_by_role("tab", name="Belum diambil 2")).to_have_attribute("aria-selected", "true")
    for name in ("Siti", "Budi"):
        await sari.page.locator(".inbox-row", has_text=name).click()
        await expect(sari.page.locator(".inbox-header-who")).to_contain_text(name)
        await sari.page.click("[data-act=claim]")
        await expect(sari.page.locator(".inbox-standing")).to_contain_text("ditangani")
    await expect(sari.page.get_by_role("tab", name="Milik saya 2")).to_have_attribute("aria-selected", "true")
    await expect(sari.page.locator(".inbox-row")).to_have_count(2)
    await sari.page.get_by_role("tab", name="Belum diambil 0").click()
    await expect(sari.page.locator(".inbox-pane-list")).to_contain_text("Tidak ada tiket di sini.")


async def test_a_wrong_answer_of_the_bots_is_reported(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    said = sari.page.locator(".inbox-by-bot").first
    await said.hover()
    await said.get_by_role("button", name="Jawaban bot ini salah").click()
    await expect(said.get_by_role("button", name="Jawaban bot ini salah")).to_be_disabled()
    rows = await inbox.console.store.history(inbox.contacts["Budi"].conversation_id)
    [greeting] = [row.message.id for row in rows if row.message.author is Author.BOT]
    assert inbox.flagged == [(greeting, SARI.id)]
    assert (
        await sari.page.locator(".inbox-by-customer").get_by_role("button", name="Jawaban bot ini salah").count() == 0
    )
    await sari.shot("inbox-flagged")


async def test_times_are_shown_in_the_zone_that_somebody_chose(visit: Visit, inbox: Inbox) -> None:
    sari, queued_at = await at_ticket(visit, inbox), (await inbox.now("Budi")).queued_at
    details = sari.page.locator(".inbox-details")
    await expect(details).to_contain_text(f"{queued_at.astimezone(ZoneInfo('Asia/Jakarta')):%H.%M}")
    await sari.go("/profile")
    await sari.page.get_by_label("Zona waktu").click()
    async with sari.page.expect_navigation():
        await sari.page.get_by_role("option", name="WIT", exact=True).click()
    await expect(sari.page.get_by_label("Zona waktu")).to_have_value("WIT")
    await sari.go(f"/inbox?ticket={inbox.numbers['Budi']}")
    there = f"{queued_at.astimezone(ZoneInfo('Asia/Jayapura')):%H.%M}"
    await expect(details).to_contain_text(there)
    await expect(sari.page.locator(".inbox-thread")).to_contain_text(there)


async def _told(inbox: Inbox, text: str) -> bool:
    return await _told_to(inbox, "Budi", text)


async def _told_to(inbox: Inbox, name: str, text: str) -> bool:
    return any(text in each for each in inbox.told(name))


async def _count(inbox: Inbox, text: str, number: int) -> bool:
    return inbox.told("Budi").count(text) == number


async def test_a_lost_claim_says_who_won(visit: Visit, inbox: Inbox) -> None:
    sari, dewi = await at_ticket(visit, inbox), await visit()
    await dewi.enter(DEWI, f"/inbox?ticket={inbox.numbers['Budi']}")
    await expect(dewi.page.locator("[data-act=claim]")).to_be_visible()
    click = "document.querySelector('[data-act=claim]').click()"
    await asyncio.gather(sari.page.evaluate(click), dewi.page.evaluate(click))
    await until(lambda: _status(inbox, TicketStatus.ASSIGNED))
    winner = (await inbox.now("Budi")).assignee_name
    loser = dewi if winner == "Sari" else sari
    await expect(loser.page.locator(".q-notification")).to_contain_text(f"Sudah diambil {winner}")
    for each in (sari, dewi):
        await expect(each.page.locator(".inbox-header-line")).to_contain_text(winner)


async def _status(inbox: Inbox, status: TicketStatus) -> bool:
    return (await inbox.now("Budi")).status is status


async def test_colleagues_see_who_is_looking_and_typing(visit: Visit, inbox: Inbox) -> None:
    sari, dewi = await at_ticket(visit, inbox), await visit()
    await dewi.enter(DEWI, f"/inbox?ticket={inbox.numbers['Budi']}")
    await expect(sari.page.locator(".inbox-presence")).to_contain_text("Dewi sedang melihat")
    await dewi.page.type("textarea", "sebentar")
    await expect(sari.page.locator(".inbox-presence")).to_contain_text("Dewi sedang mengetik")
    await dewi.go("/profile")
    await expect(sari.page.locator(".inbox-presence")).to_be_hidden()


async def test_a_note_stays_inside(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.keyboard.press("Alt+p")
    await sari.page.keyboard.type("Stok pengganti ada 3")
    await sari.page.keyboard.press("Enter")
    await expect(sari.page.locator(".inbox-by-note")).to_contain_text("Stok pengganti ada 3")
    await sari.shot("inbox-note")
    history = await inbox.console.store.history(inbox.contacts["Budi"].conversation_id)
    assert history[-1].message.author is Author.NOTE
    assert not any("Stok" in text for text in inbox.told("Budi"))
    assert (await inbox.now("Budi")).status is TicketStatus.QUEUED


async def test_a_canned_reply_is_filled_in_and_waits_for_enter(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.keyboard.press("Alt+l")
    await sari.page.keyboard.type("/sal")
    await expect(sari.page.locator(".inbox-canned-row")).to_have_count(1)
    await sari.shot("inbox-canned")
    await sari.page.keyboard.press("Enter")
    text = f"Halo Kak Budi, saya Sari. Laporan #{inbox.numbers['Budi']} saya bantu ya."
    await expect(sari.page.locator("textarea")).to_have_value(text)
    assert inbox.told("Budi") == ["Halo Kak! Ada yang bisa saya bantu?"]
    await sari.page.keyboard.press("Enter")
    await until(lambda: _told(inbox, text))


async def test_canned_replies_of_other_departments_are_not_offered(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.fill("textarea", "/")
    await expect(sari.page.locator(".inbox-canned-row")).to_have_count(2)
    await expect(sari.page.locator(".inbox-canned")).not_to_contain_text("tagihan")


async def test_a_suggestion_goes_into_the_composer_and_nowhere_else(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.locator(".inbox-suggestion", has_text=SUGGESTED.title).click()
    await expect(sari.page.locator("textarea")).to_have_value(SUGGESTED.text)
    await sari.page.wait_for_timeout(200)
    assert SUGGESTED.text not in inbox.told("Budi")


async def test_drafts_stay_with_their_tickets(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.fill("textarea", "belum selesai ditulis")
    await sari.page.keyboard.press("Alt+j")
    await expect(sari.page.locator(".inbox-header")).to_contain_text("Siti")
    await expect(sari.page.locator("textarea")).to_have_value("")
    await sari.page.keyboard.press("Alt+k")
    await expect(sari.page.locator("textarea")).to_have_value("belum selesai ditulis")
    await sari.page.reload()
    await expect(sari.page.locator("textarea")).to_have_value("belum selesai ditulis")


async def test_what_is_too_long_cannot_be_sent(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.fill("textarea", "a" * 4_097)
    await expect(sari.page.locator(".inbox-limit")).to_contain_text("1 karakter terlalu panjang")
    await expect(sari.page.locator(".inbox-send")).to_be_disabled()


async def test_a_message_is_edited_and_taken_back(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.fill("textarea", "Dikirim bsok")
    await sari.page.keyboard.press("Enter")
    said = sari.page.locator(".inbox-by-agent")
    await expect(said.locator(".inbox-is-sent")).to_have_count(1)
    await said.get_by_label("Pilihan pesan").click()
    await sari.page.get_by_text("Ubah pesan").click()
    await sari.page.fill("textarea", "Dikirim besok")
    await sari.page.keyboard.press("Enter")
    await expect(said).to_contain_text("Dikirim besok")
    await said.get_by_role("button", name="diubah").click()
    await expect(said.locator(".inbox-before")).to_contain_text("Dikirim bsok")
    await said.get_by_label("Pilihan pesan").click()
    await sari.page.get_by_text("Tarik pesan").click()
    await sari.page.get_by_role("dialog").get_by_role("button", name="Tarik pesan").click()
    await expect(said).to_contain_text("Pesan ini ditarik")
    assert [type(effect).__name__ for _, effect in inbox.channel.performed][-2:] == ["EditText", "DeleteMessage"]


async def test_a_photo_is_shown_and_other_files_are_downloaded(visit: Visit, inbox: Inbox) -> None:
    photo = Attachment(kind=AttachmentKind.PHOTO, file_id="foto", size=1_000)
    paper = Attachment(kind=AttachmentKind.DOCUMENT, file_id="surat", detail="struk.html", size=20_000)
    await inbox.says("Budi", "fotonya", attachments=(photo,))
    await inbox.says("Budi", "struknya", attachments=(paper,))
    sari = await at_ticket(visit, inbox)
    picture = sari.page.locator(".inbox-photo img")
    await expect(picture).to_be_visible()
    assert await picture.evaluate("each => each.decode().then(() => each.naturalWidth)") == 1
    answer = await sari.page.request.get(
        sari.page.url.partition("/desk")[0] + str(await sari.page.locator("a.inbox-file").get_attribute("href"))
    )
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''struk.html"


async def test_a_photo_is_sent_with_its_caption(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.set_input_files(
        "input[type=file]", {"name": "ganti.png", "mimeType": "image/png", "buffer": PICTURE}
    )
    await expect(sari.page.locator(".inbox-attached")).to_contain_text("ganti.png")
    await sari.page.fill("textarea", "Ini penggantinya")
    await sari.page.locator(".inbox-send:enabled").click()
    await expect(sari.page.locator(".inbox-by-agent .inbox-is-sent")).to_have_count(1)
    [effect] = [each for _, each in inbox.channel.performed if type(each).__name__ == "SendFile"]
    assert (effect.media, effect.caption) == (AttachmentKind.PHOTO, "Ini penggantinya")  # type: ignore[union-attr]
    assert await asyncio.to_thread(Path(effect.path).read_bytes) == PICTURE  # type: ignore[union-attr]
    await expect(sari.page.locator(".inbox-by-agent img")).to_be_visible()


async def test_files_of_another_department_are_not_shown(visit: Visit, inbox: Inbox) -> None:
    photo = Attachment(kind=AttachmentKind.PHOTO, file_id="foto")
    await inbox.says("Budi", "fotonya", attachments=(photo,))
    sari = await at_ticket(visit, inbox)
    path = str(await sari.page.locator(".inbox-photo").get_attribute("href"))
    tono = await visit()
    await tono.enter(TONO, "/inbox")
    answer = await tono.page.request.get(inbox.console.address + path)
    assert answer.status == 403
    page = await tono.page.goto(inbox.console.url(f"/inbox?ticket={inbox.numbers['Budi']}"))
    assert page is not None
    assert page.status == 403


async def test_a_ticket_is_snoozed_by_keys_and_woken(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.click("[data-act=claim]")
    await expect(sari.page.locator(".inbox-header-line")).to_contain_text("ditangani")
    await sari.page.keyboard.press("Alt+m")
    await expect(sari.page.get_by_text("Besok pagi")).to_be_visible()
    await sari.shot("inbox-snooze")
    await sari.page.get_by_text("Besok pagi").click()
    await expect(sari.page.locator(".inbox-header-line")).to_contain_text("ditunda")
    until_when = (await inbox.now("Budi")).snoozed_until
    assert until_when is not None
    assert until_when > now() + timedelta(hours=2)
    await sari.page.locator(".inbox-quick[data-act=wake]").click()
    await expect(sari.page.locator(".inbox-header-line")).to_contain_text("ditangani")


async def test_a_ticket_is_resolved_with_a_reason_and_labels(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.click("[data-act=claim]")
    await expect(sari.page.locator(".inbox-header-line")).to_contain_text("ditangani")
    await sari.page.keyboard.press("Alt+e")
    await sari.page.get_by_label("Penyelesaian").fill("Barang hilang")
    await sari.page.get_by_role("button", name="Barang diganti").click()
    await expect(sari.page.get_by_label("Penyelesaian")).to_have_value("Barang diganti")
    await expect(sari.page.get_by_role("button", name="Barang diganti")).to_have_attribute("aria-pressed", "true")
    await sari.page.get_by_role("dialog").get_by_label("Label").fill("cod, garansi")
    await sari.shot("inbox-resolve")
    await sari.page.get_by_role("dialog").get_by_role("button", name="Selesai").click()
    await expect(sari.page.locator(".inbox-header-line")).to_contain_text("selesai")
    ticket = await inbox.now("Budi")
    assert (ticket.resolution, set(ticket.labels)) == ("Barang diganti", {"cod", "garansi"})
    await expect(sari.page.locator(".inbox-hint")).to_contain_text("sudah ditutup")


async def test_a_ticket_is_passed_to_another_department(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.locator(".inbox-quick[data-act=transfer]").click()
    await sari.page.get_by_role("radio", name="pembayaran").click()
    await sari.page.get_by_label("Komentar").fill("Soal refund")
    await sari.shot("inbox-transfer")
    await sari.page.get_by_role("dialog").get_by_role("button", name="Alihkan").click()
    await until(lambda: _department(inbox, "pembayaran"))
    await sari.page.wait_for_url("**/inbox")
    tono = await visit()
    await tono.enter(TONO, f"/inbox?ticket={inbox.numbers['Budi']}")
    await expect(tono.page.locator(".inbox-by-note")).to_contain_text("Soal refund")


async def _department(inbox: Inbox, name: str) -> bool:
    return (await inbox.now("Budi")).department == name


async def test_labels_are_added_and_removed(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.get_by_label("Tambah label").fill("cod")
    await sari.page.keyboard.press("Enter")
    await expect(sari.page.locator(".inbox-labels")).to_contain_text("cod")
    await sari.page.get_by_label("Hapus label cod").click()
    await expect(sari.page.locator(".inbox-labels")).not_to_contain_text("cod")
    assert (await inbox.now("Budi")).labels == ()


async def test_the_palette_finds_actions_and_tickets(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.keyboard.press("Control+k")
    await expect(sari.page.get_by_role("combobox", name="Ketik perintah")).to_be_focused()
    await sari.page.keyboard.type("siti")
    await sari.shot("inbox-palette")
    await sari.page.keyboard.press("Enter")
    await expect(sari.page.locator(".inbox-header")).to_contain_text("Siti")
    await expect(sari.page.locator(".inbox-palette")).to_be_hidden()
    await sari.page.keyboard.press("Control+k")
    await expect(sari.page.get_by_role("combobox", name="Ketik perintah")).to_be_focused()
    await sari.page.keyboard.type("ambil")
    await sari.page.keyboard.press("Enter")
    await expect(sari.page.locator(".inbox-header-line")).to_contain_text("ditangani")


async def test_every_opening_of_a_ticket_is_written_down_once(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await inbox.says("Budi", "halo?")
    await expect(sari.page.locator(".inbox-thread")).to_contain_text("halo?")
    trail = await inbox.console.store.audit_trail(about=f"#{inbox.numbers['Budi']}")
    assert [(entry.agent_id, entry.action) for entry in trail] == [(SARI.id, "ticket_open")]


async def test_the_hidden_window_counts_messages_in_its_title(visit: Visit, inbox: Inbox) -> None:
    sari = await at_ticket(visit, inbox)
    await sari.page.evaluate("Object.defineProperty(document, 'hidden', { get: () => true })")
    await inbox.says("Siti", "masih lama?")
    await expect(sari.page).to_have_title("(1) Kotak masuk · Meja Tanggap")
    await inbox.ticket("Rina", "tagihan dobel", department="pembayaran")
    await inbox.says("Rina", "halo")
    await sari.page.wait_for_timeout(400)
    await expect(sari.page).to_have_title("(1) Kotak masuk · Meja Tanggap")


async def test_older_messages_come_when_somebody_scrolls_back(visit: Visit, inbox: Inbox) -> None:
    for number in range(70):
        await inbox.says("Budi", f"pesan ke-{number:02}")
    sari = await visit()
    await sari.enter(SARI, f"/inbox?ticket={inbox.numbers['Budi']}")
    thread = sari.page.locator(".inbox-thread")
    await expect(thread).to_contain_text("pesan ke-69")
    await expect(thread).not_to_contain_text("pesan ke-05")
    await thread.evaluate("each => each.scrollTo(0, 0)")
    await expect(thread).to_contain_text("pesan ke-05")
    assert await thread.evaluate("each => each.scrollTop") > 100


@pytest.mark.parametrize("dark", [False, True])
async def test_a_phone_shows_one_pane_at_a_time(visit: Visit, inbox: Inbox, dark: bool) -> None:
    sari = await visit(phone=True, dark=dark)
    await sari.enter(SARI, "/inbox")
    await expect(sari.page.locator(".inbox-list")).to_be_visible()
    await expect(sari.page.locator(".inbox-talk")).to_be_hidden()
    shade = "dark" if dark else "light"
    await sari.shot(f"inbox-phone-list-{shade}")
    await sari.page.locator(".inbox-row", has_text="Budi").click()
    await expect(sari.page.locator(".inbox-thread")).to_contain_text("layarnya pecah")
    await expect(sari.page.locator(".inbox-list")).to_be_hidden()
    await sari.shot(f"inbox-phone-talk-{shade}")
    await sari.page.get_by_label("Rincian").click()
    await expect(sari.page.locator(".inbox-details")).to_contain_text("INV/2026/0042")
    await sari.shot(f"inbox-phone-details-{shade}")
    await sari.page.locator(".inbox-context-back button").click()
    await sari.page.get_by_label("Kembali ke daftar").click()
    await expect(sari.page.locator(".inbox-list")).to_be_visible()
    assert await sari.page.evaluate("document.documentElement.scrollWidth") <= 390


async def test_the_inbox_speaks_english_in_the_dark(visit: Visit, inbox: Inbox) -> None:
    await inbox.console.change(SARI, locale="en")
    await inbox.console.console.look()
    sari = await at_ticket(visit, inbox, dark=True)
    await expect(sari.page.locator(".inbox-tab").first).to_contain_text("Mine")
    await expect(sari.page.get_by_placeholder("Write a reply")).to_be_visible()
    await sari.page.evaluate("document.activeElement.blur()")
    await sari.page.keyboard.press("?")
    await expect(sari.page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    await sari.shot("inbox-help-dark-en")


def test_the_scripts_of_the_inbox_put_in_no_html() -> None:
    for name in ("inbox_list.js", "inbox_thread.js", "inbox_composer.js", "inbox_keys.js"):
        found = asset(name)
        assert found is not None
        assert not [word for word in ("v-html", "innerHTML", "insertAdjacentHTML") if word in found[0].decode()]
