"""What the inbox says, in Indonesian and English. Its scripts in the browser are given the same words."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class InboxWords:
    """One language's words. Braces name what is filled in."""

    # The list.
    mine: str
    unassigned: str
    everything: str
    tickets: str
    filter: str
    sort: str
    by_urgency: str
    by_deadline: str
    by_newest: str
    department: str
    status: str
    label: str
    any: str
    reset: str
    search_hint: str
    empty_mine: str
    empty_mine_help: str
    empty_list: str
    empty_list_help: str
    empty_filtered: str
    more_rows: str
    waiting: str
    unread: str
    you: str

    # The conversation.
    choose: str
    choose_help: str
    back_to_list: str
    conversation: str
    details: str
    customer: str
    bot: str
    note: str
    note_private: str
    edited: str
    edit_history: str
    taken_back: str
    sending: str
    waiting_to_send: str
    sent: str
    unknown: str
    send_failed: str
    dropped: str
    retry: str
    discard: str
    send_again: str
    send_again_sure: str
    older: str
    load_older: str
    beginning: str
    new_messages: str
    to_newest: str
    said_nothing: str
    looking: str
    typing: str
    photo: str
    download: str
    no_preview: str
    change_message: str
    delete_message: str
    delete_sure: str
    copy_text: str
    flag: str
    flagged: str
    not_flagged: str
    message_menu: str

    # The composer.
    reply: str
    reply_hint: str
    note_hint: str
    send: str
    keep_note: str
    attach: str
    canned: str
    no_canned: str
    suggested: str
    suggest_help: str
    too_long: str
    remove_file: str
    uploading: str
    too_large: str
    upload_failed: str
    editing: str
    claims_by_reply: str
    held_by: str
    closed_now: str
    keys_hint: str


_INDONESIAN = InboxWords(
    mine="Milik saya",
    unassigned="Belum diambil",
    everything="Semua",
    tickets="Tiket",
    filter="Saring dan urutkan",
    sort="Urutkan",
    by_urgency="Paling mendesak",
    by_deadline="Tenggat terdekat",
    by_newest="Terbaru",
    department="Bagian",
    status="Status",
    label="Label",
    any="Semua",
    reset="Hapus saringan",
    search_hint="Cari percakapan …",
    empty_mine="Tidak ada tiket di tangan Anda.",
    empty_mine_help='Ambil dari "Belum diambil", atau tunggu yang dibagikan.',
    empty_list="Tidak ada tiket di sini.",
    empty_list_help="Kalau ada pelanggan yang perlu dibantu, tiketnya muncul sendiri.",
    empty_filtered="Tidak ada yang cocok dengan saringan.",
    more_rows="Hanya {number} teratas yang ditampilkan.",
    waiting="menunggu {span}",
    unread="belum dibaca",
    you="Anda",
    choose="Pilih tiket untuk mulai.",
    choose_help="Alt+J dan Alt+K berpindah tiket, Ctrl+K membuka palet, ? menampilkan semua pintasan.",
    back_to_list="Kembali ke daftar",
    conversation="Percakapan",
    details="Rincian",
    customer="Pelanggan",
    bot="Bot",
    note="Catatan",
    note_private="Catatan tim, tidak dilihat pelanggan",
    edited="diubah",
    edit_history="Bunyi sebelumnya",
    taken_back="Pesan ini ditarik.",
    sending="mengirim …",
    waiting_to_send="menunggu giliran kirim",
    sent="terkirim",
    unknown="tidak pasti sampai",
    send_failed="gagal terkirim",
    dropped="tidak jadi dikirim",
    retry="Coba lagi",
    discard="Buang",
    send_again="Kirim lagi",
    send_again_sure="Pesan ini mungkin sudah sampai. Tetap kirim sekali lagi?",
    older="Memuat pesan sebelumnya …",
    load_older="Muat yang lebih lama",
    beginning="Awal percakapan",
    new_messages="Pesan baru",
    to_newest="Ke pesan terbaru",
    said_nothing="Belum ada pesan.",
    looking="{names} sedang melihat",
    typing="{names} sedang mengetik …",
    photo="Foto",
    download="Unduh",
    no_preview="Foto tidak bisa ditampilkan",
    change_message="Ubah pesan",
    delete_message="Tarik pesan",
    delete_sure="Pesan ini ditarik dari chat pelanggan. Isinya tetap tercatat di sini.",
    copy_text="Salin teks",
    flag="Jawaban bot ini salah",
    flagged="Jawaban bot ditandai salah. Terima kasih.",
    not_flagged="Yang bisa ditandai hanya jawaban bot atas pesan yang ditulis pelanggan.",
    message_menu="Pilihan pesan",
    reply="Balas",
    reply_hint="Tulis balasan, atau / untuk siap pakai …",
    note_hint="Tulis catatan untuk tim …",
    send="Kirim",
    keep_note="Simpan catatan",
    attach="Lampirkan foto atau berkas",
    canned="Balasan siap pakai",
    no_canned="Tidak ada balasan siap pakai yang cocok.",
    suggested="Saran jawaban",
    suggest_help="Masuk ke kotak balasan, belum terkirim",
    too_long="{number} karakter terlalu panjang",
    remove_file="Buang lampiran",
    uploading="Mengunggah …",
    too_large="Berkas paling besar {size} MB.",
    upload_failed="Berkas gagal diunggah.",
    editing="Mengubah pesan terkirim",
    claims_by_reply="Membalas berarti mengambil tiket ini.",
    held_by="Dipegang {name}",
    closed_now="Tiket ini sudah ditutup. Catatan masih bisa ditambahkan.",
    keys_hint="Enter kirim · Shift+Enter baris baru",
)

_ENGLISH = InboxWords(
    mine="Mine",
    unassigned="Unassigned",
    everything="All",
    tickets="Tickets",
    filter="Filter and sort",
    sort="Sort by",
    by_urgency="Most urgent",
    by_deadline="Nearest deadline",
    by_newest="Newest",
    department="Department",
    status="Status",
    label="Label",
    any="Any",
    reset="Clear filters",
    search_hint="Search conversations …",
    empty_mine="You have no tickets.",
    empty_mine_help="Claim one from “Unassigned”, or wait for what is shared out.",
    empty_list="No tickets here.",
    empty_list_help="A customer who needs help shows up by themselves.",
    empty_filtered="Nothing fits the filters.",
    more_rows="Only the first {number} are shown.",
    waiting="waiting {span}",
    unread="unread",
    you="You",
    choose="Choose a ticket to begin.",
    choose_help="Alt+J and Alt+K move through tickets, Ctrl+K opens the palette, ? shows all shortcuts.",
    back_to_list="Back to the list",
    conversation="Conversation",
    details="Details",
    customer="Customer",
    bot="Bot",
    note="Note",
    note_private="Team note, the customer does not see it",
    edited="edited",
    edit_history="What it said before",
    taken_back="This message was taken back.",
    sending="sending …",
    waiting_to_send="waiting to be sent",
    sent="sent",
    unknown="may not have arrived",
    send_failed="not sent",
    dropped="dropped",
    retry="Try again",
    discard="Discard",
    send_again="Send again",
    send_again_sure="This message may have arrived. Send it once more all the same?",
    older="Loading earlier messages …",
    load_older="Load earlier messages",
    beginning="The beginning of the conversation",
    new_messages="New messages",
    to_newest="To the newest message",
    said_nothing="No messages yet.",
    looking="{names} looking too",
    typing="{names} typing …",
    photo="Photo",
    download="Download",
    no_preview="The photo cannot be shown",
    change_message="Edit message",
    delete_message="Take back",
    delete_sure="The message is taken back from the customer's chat. What it said is kept here.",
    copy_text="Copy text",
    flag="This answer of the bot is wrong",
    flagged="The answer is marked as wrong. Thank you.",
    not_flagged="Only an answer of the bot to what a customer wrote can be marked.",
    message_menu="Message options",
    reply="Reply",
    reply_hint="Write a reply, or / for canned ones …",
    note_hint="Write a note for the team …",
    send="Send",
    keep_note="Save note",
    attach="Attach a photo or file",
    canned="Canned replies",
    no_canned="No canned reply fits.",
    suggested="Suggested answers",
    suggest_help="Goes into the reply box, is not sent",
    too_long="{number} characters too long",
    remove_file="Remove attachment",
    uploading="Uploading …",
    too_large="A file may have at most {size} MB.",
    upload_failed="The file could not be uploaded.",
    editing="Editing a sent message",
    claims_by_reply="Replying claims this ticket.",
    held_by="{name} has it",
    closed_now="This ticket is closed. Notes can still be added.",
    keys_hint="Enter sends · Shift+Enter new line",
)

INBOX_WORDS = {"id": _INDONESIAN, "en": _ENGLISH}
