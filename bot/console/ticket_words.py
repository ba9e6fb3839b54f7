"""What the inbox says about a ticket: what is done with it, what stands beside it, and the keys; both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketWords:
    """One language's words. Braces name what is filled in."""

    # What is done with a ticket.
    claim: str
    release: str
    released: str
    transfer: str
    transfer_to: str
    transferred: str
    departments: str
    agents: str
    comment: str
    load: str
    away: str
    nobody_to: str
    snooze: str
    snooze_until: str
    snooze_help: str
    an_hour: str
    afternoon: str
    tomorrow: str
    other_time: str
    snoozed: str
    wake: str
    finish: str
    finished: str
    resolve: str
    resolve_title: str
    resolve_help: str
    resolution: str
    resolution_hint: str
    resolved: str
    return_to_bot: str
    return_help: str
    summary: str
    summary_hint: str
    returned: str
    labels: str
    add_label: str
    labels_help: str
    remove_label: str
    more: str

    # The context.
    contact: str
    channel: str
    address: str
    username: str
    language: str
    unreachable: str
    handoff: str
    reason: str
    queued_at: str
    assignee: str
    intents: str
    fields: str
    entities: str
    failures: str
    tried: str
    mood: str
    mood_now: str
    mood_plot: str
    mood_good: str
    mood_bad: str
    mood_plain: str
    past: str
    no_past: str
    by_bot: str
    attributes: str
    history: str
    first_reply_due: str
    next_reply_due: str
    resolution_due: str
    deadlines: str
    paused: str
    snoozed_until: str

    # Keys and the palette.
    palette: str
    palette_hint: str
    palette_empty: str
    palette_search: str
    palette_open: str
    actions: str
    shortcuts: str
    key_next: str
    key_resolve: str
    key_reply: str
    key_note: str
    key_snooze: str
    key_palette: str
    key_help: str
    key_canned: str
    key_send: str
    key_close: str


_INDONESIAN = TicketWords(
    claim="Ambil",
    release="Lepas ke antrean",
    released="Tiket {ticket} kembali ke antrean.",
    transfer="Alihkan",
    transfer_to="Alihkan ke",
    transferred="Tiket {ticket} dialihkan.",
    departments="Bagian",
    agents="Agen",
    comment="Komentar untuk penerima",
    load="{number} tiket",
    away="tidak menerima",
    nobody_to="Tidak ada bagian atau agen lain.",
    snooze="Tunda",
    snooze_until="Tunda sampai",
    snooze_help="Tiket muncul lagi pada waktunya, atau begitu pelanggan menulis.",
    an_hour="1 jam lagi",
    afternoon="Sore ini",
    tomorrow="Besok pagi",
    other_time="Pilih waktu",
    snoozed="Ditunda sampai {when}.",
    wake="Aktifkan lagi",
    finish="Tinggal dirapikan",
    finished="Pelanggan sudah terlayani, tinggal dirapikan.",
    resolve="Selesai",
    resolve_title="Selesaikan tiket",
    resolve_help="Pelanggan diberi tahu, dan bot melayani lagi.",
    resolution="Penyelesaian",
    resolution_hint="Apa yang dilakukan untuk pelanggan?",
    resolved="Tiket {ticket} selesai.",
    return_to_bot="Kembalikan ke bot",
    return_help="Percakapan dilanjutkan bot tanpa menganggap masalahnya selesai.",
    summary="Ringkasan",
    summary_hint="Apa yang sudah dibicarakan?",
    returned="Percakapan kembali ke bot.",
    labels="Label",
    add_label="Tambah label",
    labels_help="Pisahkan dengan koma.",
    remove_label="Hapus label {label}",
    more="Tindakan lain",
    contact="Kontak",
    channel="Kanal",
    address="Alamat",
    username="Nama pengguna",
    language="Bahasa",
    unreachable="Pelanggan memblokir bot",
    handoff="Serah terima",
    reason="Alasan",
    queued_at="Masuk antrean",
    assignee="Dipegang",
    intents="Dugaan maksud",
    fields="Isian",
    entities="Data",
    failures="Gangguan",
    tried="Sudah dijawab bot",
    mood="Suasana",
    mood_now="marah {anger}, mendesak {urgency}",
    mood_plot="Suasana tiap pesan, lama ke baru: di atas garis baik, di bawah buruk",
    mood_good="baik",
    mood_bad="buruk",
    mood_plain="biasa",
    past="Riwayat",
    no_past="Belum ada riwayat.",
    by_bot="bot",
    attributes="Atribut",
    history="Jejak tiket",
    first_reply_due="Balasan pertama",
    next_reply_due="Balasan berikutnya",
    resolution_due="Penyelesaian",
    deadlines="Tenggat",
    paused="Tenggat berhenti sementara",
    snoozed_until="Ditunda sampai",
    palette="Palet perintah",
    palette_hint="Ketik perintah, nama pelanggan, atau #nomor …",
    palette_empty="Tidak ada yang cocok.",
    palette_search='Cari "{words}" di semua percakapan',
    palette_open="Buka tiket {ticket}",
    actions="Tindakan",
    shortcuts="Pintasan papan ketik",
    key_next="Tiket berikutnya, sebelumnya",
    key_resolve="Selesaikan tiket",
    key_reply="Tulis balasan",
    key_note="Tulis catatan",
    key_snooze="Tunda tiket",
    key_palette="Palet perintah",
    key_help="Bantuan ini",
    key_canned="Balasan siap pakai",
    key_send="Kirim; baris baru",
    key_close="Tutup, kembali",
)

_ENGLISH = TicketWords(
    claim="Claim",
    release="Release to the queue",
    released="Ticket {ticket} is back in the queue.",
    transfer="Transfer",
    transfer_to="Transfer to",
    transferred="Ticket {ticket} was transferred.",
    departments="Departments",
    agents="Agents",
    comment="Comment for whoever gets it",
    load="{number} tickets",
    away="not taking tickets",
    nobody_to="There is no other department or agent.",
    snooze="Snooze",
    snooze_until="Snooze until",
    snooze_help="The ticket comes back at that time, or as soon as the customer writes.",
    an_hour="In 1 hour",
    afternoon="This afternoon",
    tomorrow="Tomorrow morning",
    other_time="Choose a time",
    snoozed="Snoozed until {when}.",
    wake="Wake up",
    finish="Wrap up",
    finished="The customer is served; the wrap-up is left.",
    resolve="Resolve",
    resolve_title="Resolve ticket",
    resolve_help="The customer is told, and the bot serves them again.",
    resolution="Resolution",
    resolution_hint="What was done for the customer?",
    resolved="Ticket {ticket} is resolved.",
    return_to_bot="Return to bot",
    return_help="The bot goes on; the matter does not count as resolved.",
    summary="Summary",
    summary_hint="What has been talked about?",
    returned="The bot has the conversation again.",
    labels="Labels",
    add_label="Add label",
    labels_help="Separate with commas.",
    remove_label="Remove label {label}",
    more="More actions",
    contact="Contact",
    channel="Channel",
    address="Address",
    username="Username",
    language="Language",
    unreachable="The customer blocked the bot",
    handoff="Handoff",
    reason="Reason",
    queued_at="Queued",
    assignee="Assignee",
    intents="Likely intents",
    fields="Form",
    entities="Data",
    failures="Failures",
    tried="The bot answered",
    mood="Mood",
    mood_now="anger {anger}, urgency {urgency}",
    mood_plot="Mood of each message, oldest first: above the line good, below it bad",
    mood_good="good",
    mood_bad="bad",
    mood_plain="neutral",
    past="Earlier episodes",
    no_past="No earlier episodes.",
    by_bot="bot",
    attributes="Attributes",
    history="What happened",
    first_reply_due="First reply",
    next_reply_due="Next reply",
    resolution_due="Resolution",
    deadlines="Deadlines",
    paused="Deadlines are paused",
    snoozed_until="Snoozed until",
    palette="Command palette",
    palette_hint="Type a command, a customer's name, or #number …",
    palette_empty="Nothing fits.",
    palette_search="Search all conversations for “{words}”",
    palette_open="Open ticket {ticket}",
    actions="Actions",
    shortcuts="Keyboard shortcuts",
    key_next="Next, previous ticket",
    key_resolve="Resolve the ticket",
    key_reply="Write a reply",
    key_note="Write a note",
    key_snooze="Snooze the ticket",
    key_palette="Command palette",
    key_help="This help",
    key_canned="Canned replies",
    key_send="Send; new line",
    key_close="Close, go back",
)

TICKET_WORDS = {"id": _INDONESIAN, "en": _ENGLISH}
