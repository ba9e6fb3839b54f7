"""What the console says of accounts and of the audit trail, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class AccountWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    new_account: str
    departments_help: str
    skills: str
    languages: str
    capacity: str
    capacity_help: str
    telegram_id: str
    telegram_help: str
    state: str
    active: str
    disabled: str
    disable: str
    disable_help: str
    enable: str
    new_password: str
    new_password_help: str
    password_once: str
    old_password: str
    repeat_password: str
    change_password: str
    password_changed: str
    password_short: str
    password_same: str
    password_differs: str
    password_wrong: str
    login_wrong: str
    login_taken: str
    name_missing: str
    last_admin: str
    no_such_account: str
    no_accounts: str
    audit_at: str
    audit_who: str
    audit_what: str
    audit_about: str
    audit_detail: str
    audit_nobody: str
    audit_all: str
    audit_empty: str
    actions: dict[str, str]


INDONESIAN = AccountWords(
    new_account="Akun baru",
    departments_help="Pakai koma. Kosong: semua.",
    skills="Keahlian",
    languages="Bahasa yang dikuasai",
    capacity="Kapasitas",
    capacity_help="Paling banyak sekian tiket sekaligus.",
    telegram_id="ID Telegram",
    telegram_help="Untuk grup staf dan kode masuk.",
    state="Keadaan",
    active="Aktif",
    disabled="Dinonaktifkan",
    disable="Nonaktifkan",
    disable_help="{name} langsung keluar dari meja dan tidak bisa masuk lagi. Tiketnya perlu dialihkan.",
    enable="Aktifkan lagi",
    new_password="Kata sandi baru",
    new_password_help="{name} langsung keluar dari meja, lalu masuk dengan kata sandi yang baru.",
    password_once="Kata sandi untuk {login}. Hanya ditampilkan sekali ini; sampaikan lewat jalur yang aman.",
    old_password="Kata sandi sekarang",
    repeat_password="Ulangi kata sandi baru",
    change_password="Ganti kata sandi",
    password_changed="Kata sandi diganti. Silakan masuk lagi.",
    password_short="Kata sandi paling sedikit {least} dan paling banyak {most} karakter.",
    password_same="Kata sandi tidak boleh sama dengan nama masuk.",
    password_differs="Kedua kata sandi baru tidak sama.",
    password_wrong="Kata sandi sekarang keliru.",
    login_wrong="Nama masuk: huruf kecil, angka, titik, garis; 2 sampai 40 karakter.",
    login_taken="Nama masuk atau ID Telegram itu sudah dipakai akun lain.",
    name_missing="Nama tidak boleh kosong.",
    last_admin="Ini admin terakhir. Jadikan orang lain admin dulu.",
    no_such_account="Tidak ada akun {login}.",
    no_accounts="Belum ada akun.",
    audit_at="Waktu",
    audit_who="Siapa",
    audit_what="Apa",
    audit_about="Tentang",
    audit_detail="Rincian",
    audit_nobody="tak dikenal",
    audit_all="Semua orang",
    audit_empty="Belum ada catatan.",
    actions={
        "sign_in": "masuk",
        "sign_in_telegram": "masuk lewat Telegram",
        "sign_in_failed": "gagal masuk",
        "sign_in_throttled": "ditahan saat mencoba masuk",
        "sign_out": "keluar",
        "forbidden": "ditolak",
        "account_add": "membuat akun",
        "account_change": "mengubah akun",
        "account_disable": "menonaktifkan akun",
        "account_enable": "mengaktifkan akun",
        "account_password": "memasang kata sandi",
        "password_change": "mengganti kata sandi sendiri",
        "available": "siap menerima tiket",
        "unavailable": "berhenti menerima tiket",
        "audit": "melihat jejak audit",
        "search": "mencari percakapan",
        "export": "mengunduh laporan",
        "canned_save": "menyimpan balasan siap pakai",
        "canned_drop": "menghapus balasan siap pakai",
        "ticket_reassign": "memindahkan tiket",
        "team_available": "mengaktifkan penerimaan tiket",
        "team_unavailable": "menghentikan penerimaan tiket",
        "ticket_open": "membuka tiket",
        "ticket_claim": "mengambil tiket",
        "ticket_release": "melepas tiket",
        "ticket_transfer": "mengalihkan tiket",
        "ticket_snooze": "menunda tiket",
        "ticket_wake": "mengaktifkan tiket lagi",
        "ticket_finish": "tinggal merapikan tiket",
        "ticket_resolve": "menyelesaikan tiket",
        "ticket_return": "mengembalikan ke bot",
        "ticket_label": "mengubah label",
        "message_change": "mengubah pesan",
        "message_delete": "menarik pesan",
        "message_flag": "menandai jawaban bot yang salah",
        "kb_look": "mencari jawaban lewat Telegram",
        "kb_try": "mencoba pesan lewat Telegram",
        "kb_edit": "mengubah draf pengetahuan",
        "kb_remove": "menghapus dari draf pengetahuan",
        "kb_discard": "membatalkan perubahan draf",
        "kb_publish": "menerbitkan rilis",
        "kb_activate": "mengaktifkan rilis",
        "kb_import": "mengimpor ke draf",
        "kb_export": "mengekspor pengetahuan",
        "kb_review_examples": "menjadikan pesan contoh",
        "kb_review_intent": "membuat intent dari pesan",
        "kb_review_dismiss": "menyingkirkan pesan tinjauan",
        "quarantine_look": "melihat isi karantina",
        "quarantine_replay": "mencoba lagi dari karantina",
        "quarantine_drop": "membuang dari karantina",
    },
)

ENGLISH = AccountWords(
    new_account="New account",
    departments_help="Separate with commas. Empty: all.",
    skills="Skills",
    languages="Languages spoken",
    capacity="Capacity",
    capacity_help="At most this many tickets at once.",
    telegram_id="Telegram id",
    telegram_help="For the staff group and sign-in codes.",
    state="State",
    active="Active",
    disabled="Disabled",
    disable="Disable",
    disable_help="{name} is signed out at once and cannot sign in again. Their tickets need somebody else.",
    enable="Enable again",
    new_password="New password",
    new_password_help="{name} is signed out at once, and signs in again with the new password.",
    password_once="The password for {login}. It is shown this once; hand it over in a safe way.",
    old_password="Current password",
    repeat_password="Repeat the new password",
    change_password="Change password",
    password_changed="The password was changed. Please sign in again.",
    password_short="A password has at least {least} and at most {most} characters.",
    password_same="The password must not be the login.",
    password_differs="The two new passwords differ.",
    password_wrong="The current password is wrong.",
    login_wrong="Login: lower-case letters, digits, dots, dashes; 2 to 40 characters.",
    login_taken="Another account has that login or Telegram id.",
    name_missing="The name must not be empty.",
    last_admin="This is the last admin. Make somebody else an admin first.",
    no_such_account="There is no account {login}.",
    no_accounts="There are no accounts yet.",
    audit_at="Time",
    audit_who="Who",
    audit_what="What",
    audit_about="About",
    audit_detail="Detail",
    audit_nobody="unknown",
    audit_all="Everybody",
    audit_empty="Nothing was recorded yet.",
    actions={
        "sign_in": "signed in",
        "sign_in_telegram": "signed in with Telegram",
        "sign_in_failed": "failed to sign in",
        "sign_in_throttled": "held back while trying to sign in",
        "sign_out": "signed out",
        "forbidden": "was refused",
        "account_add": "made an account",
        "account_change": "changed an account",
        "account_disable": "disabled an account",
        "account_enable": "enabled an account",
        "account_password": "set a password",
        "password_change": "changed their own password",
        "available": "takes tickets",
        "unavailable": "stopped taking tickets",
        "audit": "read the audit trail",
        "search": "searched conversations",
        "export": "downloaded a report",
        "canned_save": "saved a canned reply",
        "canned_drop": "deleted a canned reply",
        "ticket_reassign": "reassigned the ticket",
        "team_available": "made somebody take tickets",
        "team_unavailable": "stopped somebody taking tickets",
        "ticket_open": "opened the ticket",
        "ticket_claim": "claimed the ticket",
        "ticket_release": "released the ticket",
        "ticket_transfer": "transferred the ticket",
        "ticket_snooze": "snoozed the ticket",
        "ticket_wake": "woke the ticket",
        "ticket_finish": "began to wrap up the ticket",
        "ticket_resolve": "resolved the ticket",
        "ticket_return": "gave it back to the bot",
        "ticket_label": "changed labels",
        "message_change": "edited a message",
        "message_delete": "took a message back",
        "message_flag": "reported a wrong answer of the bot",
        "kb_look": "looked up an answer from Telegram",
        "kb_try": "tried a message from Telegram",
        "kb_edit": "changed the knowledge draft",
        "kb_remove": "removed from the knowledge draft",
        "kb_discard": "took a change of the draft back",
        "kb_publish": "published a release",
        "kb_activate": "activated a release",
        "kb_import": "imported into the draft",
        "kb_export": "exported the knowledge base",
        "kb_review_examples": "made messages examples",
        "kb_review_intent": "made an intent of messages",
        "kb_review_dismiss": "dismissed messages to review",
        "quarantine_look": "looked into the quarantine",
        "quarantine_replay": "had an update tried again",
        "quarantine_drop": "dropped an update from quarantine",
    },
)

ACCOUNT_WORDS = {"id": INDONESIAN, "en": ENGLISH}
