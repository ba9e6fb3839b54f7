"""What the console says, in Indonesian and English: the parts that all pages share, and sign-in.

A page with many words of its own keeps them in a module beside it, made the same way: `REPORT_WORDS[ctx.locale]`.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Words:
    """One language's words. Braces name what is filled in with `str.format`."""

    # The frame.
    product: str
    inbox: str
    team: str
    reports: str
    search: str
    canned: str
    knowledge: str
    accounts: str
    audit: str
    quarantine: str
    profile: str
    sign_out: str
    menu: str
    available: str
    unavailable: str
    now_available: str
    now_unavailable: str
    zone: str
    zone_of_desk: str
    theme: str
    theme_auto: str
    theme_light: str
    theme_dark: str
    language: str
    connection_lost: str
    reconnecting: str
    skip: str

    # Small things.
    save: str
    saved: str
    cancel: str
    close: str
    delete: str
    edit: str
    add: str
    copy: str
    copied: str
    yes: str
    no: str
    all: str
    none: str
    nothing: str
    today: str
    yesterday: str
    just_now: str
    ago: str
    left: str
    overdue: str
    hour: str
    minute: str
    second: str
    day: str
    months: tuple[str, ...]

    # When something goes wrong.
    forbidden: str
    forbidden_help: str
    not_found: str
    not_found_help: str
    failed: str
    failed_help: str
    back: str
    signed_out: str

    # Sign-in.
    sign_in: str
    login: str
    password: str
    sign_in_wrong: str
    sign_in_wait: str
    sign_in_expired: str
    by_telegram: str
    by_telegram_help: str
    send_code: str
    code: str
    code_sent: str
    code_wrong: str
    code_message: str
    by_password: str
    back_to_sign_in: str

    # People.
    name: str
    role: str
    roles: dict[str, str]
    departments: str


INDONESIAN = Words(
    product="Meja Tanggap",
    inbox="Kotak masuk",
    team="Tim",
    reports="Laporan",
    search="Cari",
    canned="Balasan siap pakai",
    knowledge="Pengetahuan",
    accounts="Akun",
    audit="Jejak audit",
    quarantine="Karantina",
    profile="Profil saya",
    sign_out="Keluar",
    menu="Menu",
    available="Siap menerima",
    unavailable="Tidak menerima",
    now_available="Anda menerima tiket baru lagi.",
    now_unavailable="Anda tidak menerima tiket baru.",
    zone="Zona waktu",
    zone_of_desk="Seperti meja ({zone})",
    theme="Tampilan",
    theme_auto="Ikut sistem",
    theme_light="Terang",
    theme_dark="Gelap",
    language="Bahasa",
    connection_lost="Koneksi terputus.",
    reconnecting="Menyambungkan kembali …",
    skip="Langsung ke isi",
    save="Simpan",
    saved="Tersimpan.",
    cancel="Batal",
    close="Tutup",
    delete="Hapus",
    edit="Ubah",
    add="Tambah",
    copy="Salin",
    copied="Disalin.",
    yes="Ya",
    no="Tidak",
    all="Semua",
    none="Tidak ada",
    nothing="Belum ada apa-apa di sini.",
    today="hari ini",
    yesterday="kemarin",
    just_now="baru saja",
    ago="{span} lalu",
    left="{span} lagi",
    overdue="lewat {span}",
    hour="jam",
    minute="mnt",
    second="dtk",
    day="hari",
    months=("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
    forbidden="Halaman ini bukan untuk Anda",
    forbidden_help="Peran atau bagian Anda tidak punya akses ke sini. Tanyakan pada admin kalau seharusnya punya.",
    not_found="Halamannya tidak ada",
    not_found_help="Alamatnya keliru, atau yang dicari sudah tidak ada.",
    failed="Ada yang gagal di pihak kami",
    failed_help="Muat ulang halaman ini. Kalau terulang, beri tahu admin; catatannya ada di log layanan.",
    back="Kembali ke meja",
    signed_out="Sesi Anda sudah berakhir. Silakan masuk lagi.",
    sign_in="Masuk",
    login="Nama masuk",
    password="Kata sandi",
    sign_in_wrong="Nama masuk atau kata sandinya keliru.",
    sign_in_wait="Terlalu banyak percobaan. Coba lagi dalam {wait}.",
    sign_in_expired="Sesi Anda sudah berakhir. Silakan masuk lagi.",
    by_telegram="Masuk lewat Telegram",
    by_telegram_help="Bot mengirim kode sekali pakai ke akun Telegram Anda. Kodenya berlaku dua menit.",
    send_code="Kirim kode",
    code="Kode",
    code_sent="Kalau akun itu terhubung ke Telegram, kodenya sudah dikirim. Ketik di sini:",
    code_wrong="Kodenya keliru atau sudah tidak berlaku.",
    code_message=(
        "Kode masuk Meja Tanggap: {code}\n\nBerlaku 2 menit, sekali pakai. Jangan diberikan ke siapa pun. "
        "Kalau bukan Anda yang meminta, abaikan saja."
    ),
    by_password="Masuk dengan kata sandi",
    back_to_sign_in="Kembali",
    name="Nama",
    role="Peran",
    roles={"agent": "Agen", "supervisor": "Penyelia", "admin": "Admin"},
    departments="Bagian",
)

ENGLISH = Words(
    product="Tanggap desk",
    inbox="Inbox",
    team="Team",
    reports="Reports",
    search="Search",
    canned="Canned replies",
    knowledge="Knowledge",
    accounts="Accounts",
    audit="Audit trail",
    quarantine="Quarantine",
    profile="My profile",
    sign_out="Sign out",
    menu="Menu",
    available="Taking tickets",
    unavailable="Not taking tickets",
    now_available="You take new tickets again.",
    now_unavailable="You get no new tickets.",
    zone="Time zone",
    zone_of_desk="As the desk ({zone})",
    theme="Appearance",
    theme_auto="As the system",
    theme_light="Light",
    theme_dark="Dark",
    language="Language",
    connection_lost="Connection lost.",
    reconnecting="Reconnecting …",
    skip="Skip to content",
    save="Save",
    saved="Saved.",
    cancel="Cancel",
    close="Close",
    delete="Delete",
    edit="Edit",
    add="Add",
    copy="Copy",
    copied="Copied.",
    yes="Yes",
    no="No",
    all="All",
    none="None",
    nothing="Nothing here yet.",
    today="today",
    yesterday="yesterday",
    just_now="just now",
    ago="{span} ago",
    left="{span} left",
    overdue="{span} over",
    hour="h",
    minute="min",
    second="s",
    day="d",
    months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    forbidden="This page is not for you",
    forbidden_help="Your role or department has no access to it. Ask an admin if it should.",
    not_found="There is no such page",
    not_found_help="The address is wrong, or what you look for is gone.",
    failed="Something failed on our side",
    failed_help="Reload this page. If it happens again, tell an admin; the log of the service says more.",
    back="Back to the desk",
    signed_out="Your session has ended. Please sign in again.",
    sign_in="Sign in",
    login="Login",
    password="Password",
    sign_in_wrong="Login or password is wrong.",
    sign_in_wait="Too many tries. Try again in {wait}.",
    sign_in_expired="Your session has ended. Please sign in again.",
    by_telegram="Sign in with Telegram",
    by_telegram_help="The bot sends a one-time code to your Telegram account. It is good for two minutes.",
    send_code="Send code",
    code="Code",
    code_sent="If that account is linked to Telegram, the code is on its way. Type it here:",
    code_wrong="The code is wrong or no longer valid.",
    code_message=(
        "Sign-in code of the Tanggap desk: {code}\n\nGood for 2 minutes, once. Give it to nobody. "
        "If you did not ask for it, ignore this."
    ),
    by_password="Sign in with a password",
    back_to_sign_in="Back",
    name="Name",
    role="Role",
    roles={"agent": "Agent", "supervisor": "Supervisor", "admin": "Admin"},
    departments="Departments",
)

WORDS = {"id": INDONESIAN, "en": ENGLISH}

LOCALES = {"id": "Bahasa Indonesia", "en": "English"}
"""What each language is called, in itself."""
