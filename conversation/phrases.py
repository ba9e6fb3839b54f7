"""What the system itself says to customers and agents, in Indonesian and English.

The words of the knowledge base's answers are not here: those belong to the knowledge base. `{sapaan}` is
how customers are addressed (`Kak`), filled in by `addressed`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import Any

from conversation.desk_phrases import DESK_IN_ENGLISH, DESK_IN_INDONESIAN, DeskPhrases
from conversation.messages import Message


@dataclass(frozen=True, kw_only=True, slots=True)
class Phrases:
    """One language's sentences. Braces name what is filled in with `str.format`."""

    # To customers.
    ask_which: str
    none_of_these: str
    ask_again: str
    unknown: str
    unknown_media: str
    call_agent: str
    no_agent_needed: str
    handed_over: str
    handed_over_alarm: str
    still_waiting: str
    agent_joined: str
    back_in_queue: str
    resolved: str
    returned_to_bot: str
    cancelled: str
    nothing_to_cancel: str
    status_none: str
    status_queued: str
    status_assigned: str
    welcome: str
    already_answered: str
    trouble: str
    action_failed: str
    ask_slot: str
    corrected: str
    say_again: str
    back_to_form: str
    skip: str
    yes: str
    no: str
    form_stopped: str
    form_stopped_ticket: str
    menu: str
    menu_topic: str
    menu_back: str
    menu_more: str
    menu_earlier: str

    # To agents.
    card_title: str
    card_reason: str
    card_department: str
    card_priority: str
    card_status: str
    card_intents: str
    card_entities: str
    card_mood: str
    card_recent: str
    card_help: str
    button_claim: str
    button_release: str
    button_resolve: str
    button_return: str
    claimed: str
    taken: str
    not_yours: str
    not_an_agent: str
    closed: str
    released: str
    note_kept: str
    customer_edited: str
    not_delivered: str
    maybe_delivered: str
    card_fields: str
    card_failed: str
    customer_cancelled: str
    no_such_ticket: str
    empty_reply: str
    busy: str
    reasons: dict[str, str]
    statuses: dict[str, str]
    priorities: dict[str, str]
    attachments: dict[str, str]
    authors: dict[str, str]
    entities: dict[str, str]

    # To both, while humans serve.
    desk: DeskPhrases


INDONESIAN = Phrases(
    ask_which="Maksud {sapaan}:",
    none_of_these="Bukan itu",
    ask_again="Baik {sapaan}, boleh diceritakan lagi dengan kata lain? Atau ketik /agen untuk dibantu tim kami.",
    unknown="Maaf {sapaan}, saya belum paham soal itu. Boleh ditulis dengan kata lain, atau mau dibantu tim kami?",
    unknown_media=(
        "Terima kasih {sapaan}, kirimannya sudah saya terima, tapi saya belum bisa membacanya. "
        "Boleh ceritakan keperluannya, atau mau dibantu tim kami?"
    ),
    call_agent="Ya, panggil tim",
    no_agent_needed="Baik {sapaan}. Kalau ada yang bisa saya bantu, tulis saja di sini ya.",
    handed_over=(
        "Sudah saya teruskan ke tim kami ya {sapaan}, nomor laporannya {ticket}. "
        "Tim kami akan membalas di chat ini. Silakan tambahkan keterangan atau foto kapan saja."
    ),
    handed_over_alarm=(
        "{sapaan}, ini kami tangani dengan serius. Laporan {ticket} sudah masuk ke tim kami sebagai prioritas "
        "dan akan dibalas di chat ini."
    ),
    still_waiting="Laporan {ticket} masih dalam antrean tim kami ya {sapaan}. Pesan barusan sudah ikut tercatat.",
    agent_joined="{sapaan}, sekarang dibantu langsung oleh {agent}.",
    back_in_queue="{sapaan}, laporannya kami alihkan ke rekan lain. Mohon tunggu sebentar ya.",
    resolved="Laporan {ticket} sudah selesai. Terima kasih {sapaan}; kalau masih ada kendala, tulis saja di sini.",
    returned_to_bot="{sapaan}, percakapan ini saya lanjutkan ya. Ada lagi yang bisa saya bantu?",
    cancelled="Baik {sapaan}, laporan {ticket} dibatalkan. Kalau perlu lagi, tulis saja di sini.",
    nothing_to_cancel="Tidak ada yang perlu dibatalkan, {sapaan}. Ada yang bisa saya bantu?",
    status_none="Saat ini tidak ada laporan yang terbuka, {sapaan}. Ada yang bisa saya bantu?",
    status_queued="Laporan {ticket} sedang menunggu giliran di tim kami, {sapaan}.",
    status_assigned="Laporan {ticket} sedang ditangani oleh {agent}, {sapaan}.",
    welcome="Halo {sapaan}, saya {bot} dari {shop}. Tanya apa saja seputar pesanan di sini, atau ketik /bantuan.",
    already_answered="Sudah dijawab ya {sapaan}.",
    trouble=(
        "Maaf {sapaan}, ada gangguan di pihak kami saat membaca pesan tadi. "
        "Boleh dikirim lagi, atau ketik /agen untuk dibantu tim kami."
    ),
    action_failed="Maaf {sapaan}, saya belum bisa mengeceknya karena ada gangguan di sistem kami.",
    ask_slot="Boleh tahu {slot}nya, {sapaan}?",
    corrected="Baik {sapaan}, sudah saya ganti: {values}.",
    say_again="Baik {sapaan}, boleh ditulis lagi yang benar?",
    back_to_form="Kita lanjutkan ya {sapaan}.",
    skip="Lewati",
    yes="ya",
    no="tidak",
    form_stopped="Baik {sapaan}, tidak jadi. Ada lagi yang bisa saya bantu?",
    form_stopped_ticket=(
        "Baik {sapaan}, pertanyaannya cukup. Laporan {ticket} tetap ditangani tim kami; "
        "ketik /batal kalau laporannya mau dibatalkan."
    ),
    menu="Mau dibantu soal apa, {sapaan}? Pilih topiknya, atau langsung tulis pertanyaannya.",
    menu_topic="{topic}: pilih yang dicari, {sapaan}.",
    menu_back="⬅️ Semua topik",
    menu_more="Berikutnya ➡️",
    menu_earlier="⬅️ Sebelumnya",
    card_title="Tiket {ticket} · {name}",
    card_reason="Alasan",
    card_department="Bagian",
    card_priority="Prioritas",
    card_status="Status",
    card_intents="Dugaan maksud",
    card_entities="Data",
    card_mood="Suasana",
    card_recent="Pesan terakhir",
    card_help="Tulis di topik ini untuk membalas pelanggan. Awali dengan // untuk catatan tim.",
    button_claim="Ambil",
    button_release="Lepas",
    button_resolve="Selesai",
    button_return="Kembalikan ke bot",
    claimed="Tiket {ticket} diambil oleh {agent}.",
    taken="Sudah diambil {agent}.",
    not_yours="Tiket ini dipegang {agent}.",
    not_an_agent="Hanya agen terdaftar yang bisa memakai tombol ini.",
    closed="Tiket ini sudah ditutup.",
    released="Tiket {ticket} dilepas ke antrean.",
    note_kept="Catatan disimpan.",
    customer_edited="✏️ Diubah pelanggan:\n{text}",
    not_delivered="⚠️ Balasan ini tidak sampai ke pelanggan: {error}",
    maybe_delivered="⚠️ Tidak pasti apakah balasan ini sampai (koneksi terputus). Periksa sebelum mengulang.",
    card_fields="Isian",
    card_failed="Gangguan",
    customer_cancelled="Pelanggan membatalkan laporan {ticket}.",
    no_such_ticket="Tidak ada tiket {ticket}.",
    empty_reply="Balasannya kosong. Tulis teksnya dulu.",
    busy="Tiket ini sedang banyak diubah. Coba lagi sebentar.",
    reasons={
        "customer_request": "diminta pelanggan",
        "missing_knowledge": "bot tidak tahu jawabannya",
        "complaint": "keluhan",
        "low_confidence": "bot ragu",
        "tool_failure": "gangguan sistem",
        "alarm": "gawat",
        "rule": "menurut aturan",
    },
    statuses={
        "queued": "menunggu",
        "assigned": "ditangani",
        "waiting_customer": "menunggu pelanggan",
        "snoozed": "ditunda",
        "wrap_up": "merapikan",
        "resolved": "selesai",
        "returned_to_bot": "kembali ke bot",
        "abandoned": "dibatalkan",
    },
    priorities={"NORMAL": "biasa", "HIGH": "tinggi", "URGENT": "mendesak"},
    attachments={
        "photo": "foto",
        "document": "berkas",
        "voice": "pesan suara",
        "audio": "audio",
        "video": "video",
        "sticker": "stiker",
        "location": "lokasi",
        "contact": "kontak",
        "other": "kiriman",
    },
    authors={"customer": "Pelanggan", "bot": "Bot", "agent": "Agen", "system": "Sistem", "note": "Catatan"},
    entities={
        "order_number": "nomor pesanan",
        "tracking_number": "resi",
        "account_number": "nomor rekening",
        "card_number": "nomor kartu",
        "nik": "NIK",
        "phone": "telepon",
        "email": "email",
        "url": "tautan",
        "money": "nilai",
        "quantity": "jumlah",
        "date": "tanggal",
        "time": "jam",
        "duration": "lama",
        "place": "tempat",
        "bank": "bank",
        "e_wallet": "dompet digital",
        "courier": "kurir",
    },
    desk=DESK_IN_INDONESIAN,
)

ENGLISH = Phrases(
    ask_which="Did you mean:",
    none_of_these="None of these",
    ask_again="All right. Could you put it another way? Or type /agent to talk to our team.",
    unknown="Sorry, I do not know about that yet. Could you put it another way, or shall I call our team?",
    unknown_media=(
        "Thank you, I have received it, but I cannot read it yet. "
        "Could you tell me what it is about, or shall I call our team?"
    ),
    call_agent="Yes, call the team",
    no_agent_needed="All right. If there is anything I can do, just write here.",
    handed_over=(
        "I have passed this on to our team; your report number is {ticket}. "
        "They will answer in this chat. You can add details or photos at any time."
    ),
    handed_over_alarm=(
        "We take this seriously. Report {ticket} has reached our team as a priority and will be answered in this chat."
    ),
    still_waiting="Report {ticket} is still in our team's queue. Your message has been added to it.",
    agent_joined="You are now talking to {agent}.",
    back_in_queue="We are passing your report to a colleague. One moment, please.",
    resolved="Report {ticket} is closed. Thank you; if anything is still wrong, just write here.",
    returned_to_bot="I will take it from here. Is there anything else I can do?",
    cancelled="All right, report {ticket} is cancelled. If you need us again, just write here.",
    nothing_to_cancel="There is nothing to cancel. Is there anything I can do?",
    status_none="You have no open report. Is there anything I can do?",
    status_queued="Report {ticket} is waiting for its turn with our team.",
    status_assigned="Report {ticket} is being handled by {agent}.",
    welcome="Hello, I am {bot} of {shop}. Ask me anything about your order, or type /help.",
    already_answered="Already answered.",
    trouble=(
        "Sorry, something went wrong on our side while reading that message. "
        "Please send it again, or type /agent to talk to our team."
    ),
    action_failed="Sorry, I cannot look that up right now because of a fault in our system.",
    ask_slot="Could you tell me the {slot}, please?",
    corrected="All right, changed: {values}.",
    say_again="All right. Could you write it again as it should be?",
    back_to_form="Let us go on.",
    skip="Skip",
    yes="yes",
    no="no",
    form_stopped="All right, never mind. Is there anything else I can do?",
    form_stopped_ticket=(
        "All right, no more questions. Our team still handles report {ticket}; "
        "type /cancel if you want to cancel the report itself."
    ),
    menu="What is it about? Choose a topic, or just write your question.",
    menu_topic="{topic}: choose what you are looking for.",
    menu_back="⬅️ All topics",
    menu_more="Next ➡️",
    menu_earlier="⬅️ Earlier",
    card_title="Ticket {ticket} · {name}",
    card_reason="Reason",
    card_department="Department",
    card_priority="Priority",
    card_status="Status",
    card_intents="Likely intents",
    card_entities="Data",
    card_mood="Mood",
    card_recent="Latest messages",
    card_help="Write in this topic to answer the customer. Start with // for a note to the team.",
    button_claim="Claim",
    button_release="Release",
    button_resolve="Resolve",
    button_return="Return to bot",
    claimed="Ticket {ticket} was claimed by {agent}.",
    taken="Already claimed by {agent}.",
    not_yours="This ticket is held by {agent}.",
    not_an_agent="Only listed agents can use these buttons.",
    closed="This ticket is closed.",
    released="Ticket {ticket} is back in the queue.",
    note_kept="Note kept.",
    customer_edited="✏️ Edited by the customer:\n{text}",
    not_delivered="⚠️ This reply did not reach the customer: {error}",
    maybe_delivered="⚠️ Nobody can tell whether this reply arrived (connection lost). Check before repeating it.",
    card_fields="Details",
    card_failed="Failed",
    customer_cancelled="The customer cancelled report {ticket}.",
    no_such_ticket="There is no ticket {ticket}.",
    empty_reply="The reply is empty. Write some text first.",
    busy="Many are changing this ticket at once. Try again in a moment.",
    reasons={
        "customer_request": "asked for by the customer",
        "missing_knowledge": "the bot does not know the answer",
        "complaint": "complaint",
        "low_confidence": "the bot is unsure",
        "tool_failure": "a system failed",
        "alarm": "alarm",
        "rule": "by a rule",
    },
    statuses={status: status.replace("_", " ") for status in INDONESIAN.statuses},
    priorities={"NORMAL": "normal", "HIGH": "high", "URGENT": "urgent"},
    attachments={kind: kind for kind in INDONESIAN.attachments},
    authors={"customer": "Customer", "bot": "Bot", "agent": "Agent", "system": "System", "note": "Note"},
    entities={kind: kind.replace("_", " ") for kind in INDONESIAN.entities},
    desk=DESK_IN_ENGLISH,
)

LANGUAGES = {"id": INDONESIAN, "en": ENGLISH}


def addressed(phrases: Phrases, sapaan: str) -> Phrases:
    """The phrases with every `{sapaan}` filled in; the other braces stay."""
    return replace(
        phrases, **_addressed(phrases, sapaan), desk=replace(phrases.desk, **_addressed(phrases.desk, sapaan))
    )


def _addressed(phrases: Phrases | DeskPhrases, sapaan: str) -> dict[str, Any]:
    return {
        field.name: value.replace("{sapaan}", sapaan)
        for field in fields(phrases)
        if isinstance(value := getattr(phrases, field.name), str)
    }


def ticket_number(ticket_id: int) -> str:
    """How a ticket is called by everybody: `#123`."""
    return f"#{ticket_id}"


def in_words(message: Message, phrases: Phrases) -> str:
    """A message as one text, with what is attached to it in brackets."""
    attached = [
        f"[{phrases.attachments[a.kind.value]}{': ' + a.detail if a.detail else ''}]" for a in message.attachments
    ]
    return " ".join(part for part in (*attached, message.text) if part)
