"""Extension points: what is named is found, and whatever is wrong with it is said in words."""

from __future__ import annotations

import asyncio
import builtins
import logging
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bot import plugins
from bot.channels.plugin import ChannelContext, WayIn
from bot.classifiers import Guarded, blamed
from bot.cli.channels import open_channel, receive
from bot.config import read_settings
from bot.storage import check, open_store
from bot.storage.plugin import SQLITE
from conversation.errors import ChannelError, DataError, SettingError, StorageError
from intents.levels import PLAIN
from intents.normalise import Normaliser
from intents.understanding import Normalized, Ranking

Offer = Callable[..., Path]


@pytest.fixture
def offer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Offer]:
    """Install a package with a module and one entry point."""
    before = set(sys.modules)

    def install(module: str, source: str, group: str, point: str, package: str = "") -> Path:
        folder = tmp_path / (package or module)
        info = folder / f"{package or module}-1.2.dist-info"
        info.mkdir(parents=True)
        (folder / f"{module}.py").write_text(source, encoding="utf-8")
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {package or module}\nVersion: 1.2\n")
        (info / "entry_points.txt").write_text(f"[{group}]\n{point}\n")
        monkeypatch.syspath_prepend(str(folder))
        return folder

    yield install
    for name in set(sys.modules) - before:
        if name.startswith("paket"):
            del sys.modules[name]


def test_what_comes_along_is_registered_like_everything_else() -> None:
    assert plugins.known(plugins.CHANNELS) == ["telegram"]
    assert set(plugins.known(plugins.CLASSIFIERS)) == {"plain", "words", "cascade"}
    assert {"sqlite", "postgresql"} <= set(plugins.known(plugins.STORAGE))
    assert plugins.load(plugins.STORAGE, "sqlite") is SQLITE
    assert plugins.load(plugins.CLASSIFIERS, "plain") is PLAIN


def test_a_name_that_nobody_offers_is_answered_with_those_that_somebody_does() -> None:
    with pytest.raises(
        SettingError, match=r"bot\.channels: there is no channel 'telegran'; known are: telegram"
    ) as error:
        plugins.load(plugins.CHANNELS, "telegran")
    assert "Did you mean telegram?" in error.value.remedy


def test_a_package_is_imported_only_when_it_is_named(offer: Offer) -> None:
    offer("paket_a", "raise RuntimeError('imported')", "tanggap.channels", "paket = paket_a:open")
    assert "paket" in plugins.known(plugins.CHANNELS)
    plugins.load(plugins.CHANNELS, "telegram")
    assert "paket_a" not in sys.modules


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import tidak_ada_modul", "ModuleNotFoundError: No module named 'tidak_ada_modul'"),
        ("def open(:", "SyntaxError"),
        ("raise RuntimeError('pecah\\nberkeping')", "RuntimeError: pecah berkeping"),
        ("", "AttributeError: module 'paket_b' has no attribute 'open'"),
        ("open = 7", "TypeError: paket_b:open is of type int, without __call__"),
    ],
)
def test_a_package_that_is_broken_is_named_with_what_ails_it(offer: Offer, source: str, words: str) -> None:
    offer("paket_b", source, "tanggap.channels", "paket = paket_b:open")
    with pytest.raises(SettingError) as error:
        plugins.load(plugins.CHANNELS, "paket")
    assert f"bot.channels: the channel 'paket' of paket_b 1.2 cannot be used: {words}" in str(error.value)
    assert "reinstall paket_b 1.2" in error.value.remedy


def test_where_it_failed_stands_in_the_log(offer: Offer, caplog: pytest.LogCaptureFixture) -> None:
    offer("paket_c", "def f():\n    raise RuntimeError\nf()", "tanggap.channels", "paket = paket_c:open")
    caplog.set_level(logging.DEBUG, logger="bot.plugins")
    with pytest.raises(SettingError):
        plugins.load(plugins.CHANNELS, "paket")
    assert "paket_c.py" in caplog.text


def test_a_class_in_place_of_an_instance_is_told_so(offer: Offer) -> None:
    source = "class Store:\n    async def open(self): ...\n    async def check(self): ...\n"
    offer("paket_d", source, "tanggap.storage", "paket = paket_d:Store")
    with pytest.raises(SettingError, match="paket_d:Store is a class, not an instance of it"):
        plugins.load(plugins.STORAGE, "paket")


def test_two_packages_that_offer_the_same_name_are_both_named(offer: Offer) -> None:
    for module in ("paket_e", "paket_f"):
        offer(module, "open = print", "tanggap.channels", f"paket = {module}:open")
    with pytest.raises(SettingError, match=r"several packages offer a channel 'paket': paket_e 1\.2, paket_f 1\.2"):
        plugins.load(plugins.CHANNELS, "paket")


def test_nobody_takes_the_place_of_what_comes_along(offer: Offer) -> None:
    offer("paket_g", "SQLITE = 1", "tanggap.storage", "sqlite = paket_g:SQLITE")
    with pytest.raises(SettingError, match="several packages"):
        plugins.load(plugins.STORAGE, "sqlite")


# Channels

CHANNEL = """
from contextlib import asynccontextmanager
from bot.channels.plugin import OpenChannel
from bot.testing.scripted_channel import ScriptedChannel

@asynccontextmanager
async def open(context):
    BODY
    yield OpenChannel(channel=ScriptedChannel(name="NAME"))
"""


@pytest.mark.parametrize(
    ("body", "name", "kind", "words"),
    [
        ("raise ValueError('folder is\\n missing')", "paket", SettingError, "channels.paket: folder is missing"),
        ("raise KeyError('folder')", "paket", SettingError, "paket_h 1.2 cannot be used: KeyError: 'folder'"),
        ("context.secret('PAKET_TOKEN')", "paket", SettingError, "PAKET_TOKEN is not in the environment"),
        ("pass", "lain", SettingError, "its channel is called 'lain'"),
    ],
)
async def test_a_channel_that_cannot_be_opened_is_told_in_words(
    offer: Offer, tmp_path: Path, body: str, name: str, kind: type[Exception], words: str
) -> None:
    source = CHANNEL.replace("BODY", body).replace("NAME", name)
    offer("paket_h", source, "tanggap.channels", "paket = paket_h:open")
    with pytest.raises(kind, match=words.replace("(", r"\(")):
        async with open_channel(read_settings(None, {}), "paket"):
            pass


async def test_a_channel_is_given_its_own_table_and_paths_beside_the_settings(
    offer: Offer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    body = "import builtins; builtins.seen = context"
    offer("paket_i", CHANNEL.replace("BODY", body).replace("NAME", "paket"), "tanggap.channels", "paket = paket_i:open")
    config = tmp_path / "config.toml"
    config.write_text('[channels.paket]\nfolder = "masuk"\n[channels.lain]\nx = 1\n')
    monkeypatch.setenv("PAKET_TOKEN", "rahasia-paket")
    monkeypatch.setattr("builtins.seen", None, raising=False)
    async with open_channel(read_settings(config, {}), "paket"):
        context: ChannelContext = builtins.seen  # type: ignore[attr-defined]
        assert (context.name, dict(context.settings)) == ("paket", {"folder": "masuk"})
        assert context.path("masuk") == tmp_path / "masuk"
        assert context.secret("PAKET_TOKEN") == "rahasia-paket"


async def test_a_channel_that_fails_while_it_receives_stops_the_service_with_its_name() -> None:
    async def take(updates: object) -> None: ...

    async def fail(way: WayIn) -> None:
        raise KeyError("chat")

    way = WayIn(take=take, stop=asyncio.Event())
    with pytest.raises(ChannelError, match="the channel 'paket' failed: KeyError"):
        await receive("paket", fail, way)
    assert way.stop.is_set()


async def test_a_channel_that_does_not_stop_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    async def take(updates: object) -> None: ...

    async def stay(way: WayIn) -> None:
        await asyncio.sleep(1000)

    monkeypatch.setattr("bot.cli.channels.STOP_GRACE", 0.01)
    way = WayIn(take=take, stop=asyncio.Event())
    way.stop.set()
    async with asyncio.timeout(5):
        await receive("paket", stay, way)


# Stores


@pytest.mark.parametrize(
    ("url", "words"), [("data/x.sqlite3", "not a URL"), ("mysql://toko/x", "there is no storage 'mysql'")]
)
async def test_a_store_of_a_kind_that_nobody_offers_is_an_error_and_a_finding(url: str, words: str) -> None:
    with pytest.raises(StorageError, match=words) as error:
        await open_store(url)
    assert "sqlite:///" in error.value.remedy
    (finding,) = await check(url)
    assert finding.level == "error"
    assert words in finding.message


# Classifiers


class Broken:
    """A classifier that raises."""

    def rank(self, text: Normalized) -> Ranking:
        raise ZeroDivisionError

    def rank_many(self, texts: object) -> list[Ranking]:
        raise ZeroDivisionError

    def explain(self, text: Normalized, intent: str) -> list[tuple[str, float]]:
        return []


def test_where_a_classifier_raises_nothing_is_understood(caplog: pytest.LogCaptureFixture) -> None:
    text = Normaliser.load().normalise("uang saya mana")
    assert Guarded(Broken()).rank(text) == Ranking(candidates=(), in_scope=0.0)
    assert Guarded(Broken()).rank_many([text, text]) == [Ranking(candidates=(), in_scope=0.0)] * 2
    assert "ZeroDivisionError" in caplog.text
    assert "uang" not in caplog.text


def test_what_goes_wrong_in_training_is_told_as_the_classifiers_fault() -> None:
    with pytest.raises(SettingError, match=r"'plain' of tanggap .* cannot be used: ZeroDiv"), blamed("plain"):
        raise ZeroDivisionError
    with pytest.raises(DataError), blamed("plain"):
        raise DataError("no examples")
