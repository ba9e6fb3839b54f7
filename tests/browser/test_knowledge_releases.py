"""The review list, releases, test messages, import and export in a browser, over a small knowledge base that is
trained for real."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Locator, expect

from bot.knowledge.library import Library
from bot.knowledge.loading import Loader
from bot.settings import Settings
from bot.testing.memory_store import MemoryStore
from bot.testing.scripted_channel import BUDI
from bot.testing.small_console import ADMIN, SmallConsole, now, small_console
from conversation.knowledge_ports import ReviewItem, ReviewSource, ReviewStatus
from conversation.ports import Change
from conversation.state import Conversation
from intents.gate import Limits
from tests.browser.busy import LOOKS
from tests.browser.conftest import Visit, Visitor

SHOP = Path(__file__).parents[1] / "shop"
NASTY = "<img src=x onerror=alert(1)> ada warna merah"
TESTS = "jam buka berapa ya\tjam_buka\nongkirnya berapa kak\tongkir\nsiapa presiden pertama\t-\n"
NLU = b'version: "3.1"\nnlu:\n- intent: promo\n  examples: |\n    - ada promo apa\n    - lagi diskon ga\n'


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a knowledge base, whose models are kept from one test to the next."""
    folder = tmp_path_factory.mktemp("knowledge")
    shutil.copytree(SHOP, folder / "kb")
    (folder / "kb" / "test_messages.tsv").write_text(TESTS, encoding="utf-8")
    return folder


async def something_to_review(store: MemoryStore) -> None:
    await store.commit(Change(conversation=Conversation(contact=BUDI)))

    begun = now()

    def item(text: str, hours: int, source: ReviewSource = ReviewSource.UNKNOWN, **more: str) -> ReviewItem:
        plain = ReviewItem(
            at=begun - timedelta(hours=hours),
            conversation_id=BUDI.conversation_id,
            text=text,
            source=source,
            department="penjualan",
        )
        return replace(plain, **more)  # type: ignore[arg-type]  # Texts alone.

    reds = ("ada warna merah ga kak", "warna merahnya ada?", "yang merah ready kah warnanya", NASTY)
    rest = ("ongkir ke papua brp ya", "ongkir papua berapa", "[nomor telepon] tolong hubungi", "bisa cod ke bekasi?")
    items = [item(text, 30 * number + 1, intent="jam_buka") for number, text in enumerate(reds)]
    items += [item(text, 50 * number + 2) for number, text in enumerate(rest)]
    items[4] = item(rest[0], 2, ReviewSource.CORRECTED, intent="lacak_pesanan", chosen="ongkir")
    items.append(item(reds[0], 1, ReviewSource.REPLY, reply="Ada, warna merah masih ready."))
    await store.add_review(items)


@pytest_asyncio.fixture(loop_scope="session")
async def console(trained: Path) -> AsyncIterator[SmallConsole]:
    store = MemoryStore()
    await something_to_review(store)
    settings = Settings.model_validate(
        {"bot": {"knowledge": str(trained / "kb"), "model": str(trained / "tanggap.model")}}
    )
    library = Library(store, Loader(settings), now, limits=Limits())
    async with small_console(store=store, library=library) as opened:
        yield opened


def library_of(console: SmallConsole) -> Library:
    library = console.console.parts.library
    assert library is not None
    return library


async def edit(console: SmallConsole, piece: str, **values: object) -> None:
    """Somebody edits a piece of the draft elsewhere."""
    draft = await library_of(console).view()
    value, change = draft.pieces[piece], draft.change(piece)
    assert isinstance(value, dict)
    await library_of(console).edit(piece, {**value, **values}, change.version if change else 0, "Rudi")


def group(visitor: Visitor, text: str) -> Locator:
    return visitor.page.locator(".kr-group", has_text=text)


async def test_a_group_becomes_a_new_intent_with_an_agents_reply(visit: Visit, console: SmallConsole) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/review")
    reds = group(admin, "merah").first
    await reds.locator(".kr-group-head").click()
    await expect(reds.locator(".kr-message", has_text="<img src=x")).to_be_visible()
    await reds.locator(".kr-message", has_text="<img src=x").get_by_role("checkbox").click()
    await expect(reds.get_by_text("3 dari 4 dipilih")).to_be_visible()
    await admin.shot("review-open")
    await reds.get_by_role("button", name="Buat intent baru").click()
    dialog = admin.page.locator(".desk-dialog")
    await dialog.get_by_label("Nama", exact=True).fill("stok_warna")
    await expect(dialog.get_by_label("Jawaban")).to_have_value("Ada, warna merah masih ready.")
    await admin.page.wait_for_timeout(300)
    await admin.shot("review-new-intent")
    await dialog.get_by_role("button", name="Buat intent").click()
    await expect(admin.page.get_by_text("Intent stok_warna ada di draf, dengan 3 contoh.")).to_be_visible()
    draft = await library_of(console).view()
    assert [change.piece for change in draft.changes] == ["intent/stok_warna"]
    await expect(admin.page.locator(".kb-draft")).to_contain_text("1 perubahan")
    assert len(await console.store.review_items(ReviewStatus.USED)) == 4


async def test_messages_become_examples_of_the_suggested_intent_and_others_are_dismissed(
    visit: Visit, console: SmallConsole
) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/review")
    await group(admin, "papua").locator(".kr-group-head").click()
    await group(admin, "papua").get_by_role("button", name="Jadikan contoh dari").click()
    await admin.shot("review-examples")
    await admin.page.locator(".desk-dialog").get_by_role("button", name="Jadikan contoh").click()
    await expect(admin.page.get_by_text("contoh masuk ke draf ongkir")).to_be_visible()
    await group(admin, "nomor telepon").locator(".kr-group-head").click()
    await group(admin, "nomor telepon").get_by_role("button", name="Abaikan").click()
    await expect(group(admin, "nomor telepon")).to_have_count(0)
    assert len(await console.store.review_items(ReviewStatus.DISMISSED)) == 1


async def test_the_draft_is_published_with_progress_and_one_goes_back_to_a_release(
    visit: Visit, console: SmallConsole
) -> None:
    admin, colleague = await visit(), await visit()
    await edit(console, "intent/jam_buka", answers=[{"text": "Kami buka 24 jam, {sapaan}."}])
    await colleague.enter(ADMIN, "/knowledge/releases")
    await admin.enter(ADMIN, "/knowledge/releases?publish=1")
    dialog = admin.page.locator(".desk-dialog")
    await expect(dialog.get_by_text("Kami buka 24 jam")).to_be_visible()
    await admin.shot("publish-ask")
    await dialog.get_by_label("Catatan rilis").fill("Buka 24 jam")
    await dialog.get_by_role("button", name="Terbitkan").click()
    await expect(dialog.get_by_text("Rilis 2 sudah melayani pelanggan")).to_be_visible(timeout=60_000)
    await dialog.get_by_role("button", name="Tutup").click()
    for visitor in (admin, colleague):
        await expect(visitor.page.locator("[data-release='2']")).to_contain_text("Aktif")
    await expect(admin.page.locator("[data-release='2'] .kr-release-facts")).to_contain_text("intent jam_buka diubah")
    await admin.page.locator("[data-release='1']").get_by_role("button", name="Kembali ke rilis ini").click()
    await dialog.get_by_role("button", name="Kembali ke rilis ini").click()
    await expect(dialog.get_by_text("Alasannya masih kosong.")).to_be_visible()
    await admin.shot("rollback")
    await dialog.get_by_label("Alasan").fill("Salah jam")
    await dialog.get_by_role("button", name="Kembali ke rilis ini").click()
    for visitor in (admin, colleague):
        await expect(visitor.page.locator("[data-release='1']")).to_contain_text("Aktif", timeout=60_000)
    active = await console.store.active()
    assert active is not None
    assert (active.release_id, active.reason, active.by) == (1, "Salah jam", "Admin")


async def test_a_worse_release_is_refused_and_overruled_with_a_reason_that_is_kept(
    visit: Visit, console: SmallConsole
) -> None:
    draft = await library_of(console).view()
    jam, kirim = draft.pieces["intent/jam_buka"], draft.pieces["intent/ongkir"]
    assert isinstance(jam, dict)
    assert isinstance(kirim, dict)
    await edit(console, "intent/jam_buka", examples=kirim["examples"])
    await edit(console, "intent/ongkir", examples=jam["examples"])
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/releases")
    await admin.page.get_by_role("button", name="Terbitkan").last.click()
    dialog = admin.page.locator(".desk-dialog")
    await dialog.get_by_role("button", name="Terbitkan").click()
    await expect(dialog.locator(".kr-progress")).to_be_visible()
    await admin.shot("publish-working")
    await expect(dialog.get_by_text("Belum diterbitkan")).to_be_visible(timeout=60_000)
    await expect(dialog.locator(".kr-reason").first).to_contain_text("pesan uji yang benar; paling sedikit harus 75,0%")
    await expect(dialog.get_by_text("seharusnya").first).to_be_visible()
    await admin.shot("publish-refused")
    assert await console.store.active() is None or (await library_of(console).view()).changes
    await dialog.get_by_role("button", name="Terbitkan juga").click()
    await expect(dialog.get_by_text("Alasannya masih kosong.")).to_be_visible()
    await dialog.get_by_label("Alasan tetap menerbitkan").fill("Uji coba sehari")
    await dialog.get_by_role("button", name="Terbitkan juga").click()
    await expect(dialog.get_by_text("sudah melayani pelanggan")).to_be_visible(timeout=60_000)
    await dialog.get_by_role("button", name="Tutup").click()
    await expect(admin.page.locator(".kr-overruled")).to_contain_text("Uji coba sehari")
    await admin.go("/knowledge/tests")
    await expect(admin.page.locator(".kr-test-wrong").first).to_be_visible()
    await admin.shot("tests-wrong")


async def test_test_messages_are_added_pasted_and_removed(visit: Visit, console: SmallConsole) -> None:
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/tests")
    await admin.page.get_by_role("button", name="Tempel daftar").click()
    dialog = admin.page.locator(".desk-dialog")
    await dialog.get_by_label("Teks dan intent").fill("halo bos\tsalam\nbuka ga\tjam_bukaa")
    await expect(dialog.get_by_text("Baris 2: tidak ada intent jam_bukaa.")).to_be_visible()
    await dialog.get_by_label("Teks dan intent").fill("halo bos\tsalam\nresep rendang\t-")
    await expect(dialog.get_by_text("2 pesan baru, 0 sudah ada.")).to_be_visible()
    await dialog.get_by_role("button", name="Tambah").click()
    line = admin.page.locator(".kr-test", has_text="resep rendang")
    await expect(line).to_contain_text("tidak boleh dijawab")
    await line.get_by_role("button", name="Hapus").click()
    await admin.page.locator(".desk-dialog").get_by_role("button", name="Hapus").click()
    await expect(line).to_have_count(0)
    await admin.page.get_by_role("button", name="Coba semua dengan draf").click()
    await expect(admin.page.locator(".kr-tests-draft")).to_contain_text("Dengan draf: ", timeout=60_000)
    await expect(admin.page.locator(".kr-test", has_text="halo bos").locator(".kr-test-right")).to_be_visible()
    await admin.shot("tests-tried")
    draft = await library_of(console).view()
    tests = draft.pieces["tests"]
    assert isinstance(tests, list)
    assert tests[0] == {"text": "halo bos", "intent": "salam"}


async def test_an_import_is_tried_before_it_goes_into_the_draft(visit: Visit, console: SmallConsole) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("data/nlu.yml", NLU + b"    - lagi diskon ga\n")
    admin = await visit()
    await admin.enter(ADMIN, "/knowledge/files")
    field = admin.page.locator("input[type=file]")
    await field.set_input_files({"name": "x.zip", "mimeType": "application/zip", "buffer": b"PK rusak"})
    await expect(admin.page.get_by_text("x.zip: rusak, atau terkunci")).to_be_visible()
    await field.set_input_files({"name": "toko.zip", "mimeType": "application/zip", "buffer": packed.getvalue()})
    await expect(admin.page.get_by_text("intent promo baru", exact=True)).to_be_visible()
    await expect(admin.page.locator(".kr-finding").first).to_contain_text("data/nlu.yml:")
    await admin.shot("import")
    assert (await library_of(console).view()).changes == ()
    await admin.page.get_by_role("button", name="Masukkan ke draf").click()
    await expect(admin.page.locator(".kb-draft")).to_contain_text("perubahan")
    async with admin.page.expect_download() as download:
        await admin.page.get_by_text("Proyek Rasa 3").click()
    with zipfile.ZipFile(await (await download.value).path()) as archive:
        assert b"lagi diskon ga" in archive.read("data/nlu/umum.yml")


@pytest.mark.slow
async def test_the_pages_please_the_eye_in_every_look(visit: Visit, console: SmallConsole) -> None:
    await edit(console, "intent/jam_buka", answers=[{"text": "Kami buka 24 jam, {sapaan}."}])
    await library_of(console).publish("Sari", "Jam buka baru")
    await edit(console, "intent/ongkir", answers=[{"text": "Gratis, {sapaan}."}])
    seen = {"review": ".kr-group", "releases": ".kr-release", "tests": ".kr-test", "files": ".kr-drop-zone"}
    for locale, dark, phone in LOOKS:
        await console.change(ADMIN, locale=locale)
        await console.console.look()
        visitor = await visit(phone=phone, dark=dark)
        await visitor.sign_in(ADMIN)
        for name, what in seen.items():
            await visitor.go(f"/knowledge/{name}")
            await visitor.page.wait_for_selector(what)
            size = visitor.page.viewport_size
            assert size is not None
            wide = await visitor.page.evaluate("document.querySelector('.desk-content').scrollWidth")
            assert wide <= size["width"], (name, locale, phone)
            await visitor.shot(f"kb-{name}-{locale}-{'dark' if dark else 'light'}-{'phone' if phone else 'desktop'}")
        await visitor.page.context.close()
