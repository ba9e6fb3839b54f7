"""What the reports say, in Indonesian and English. docs/reports.md says at length what each figure means."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class ReportWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    # What is asked for.
    help: str
    period: str
    periods: dict[str, str]
    first: str
    last: str
    every_department: str
    closed_between: str
    too_many: str
    export: str

    # Figures: what each is called, and in a line what it means.
    figures: dict[str, str]
    meanings: dict[str, str]
    against: str
    points: str
    no_change: str
    of_ten: str
    votes: str
    at_risk: str
    unassigned: str
    served: str
    still_open: str
    median: str
    p90: str
    share: str
    number: str

    # Panels.
    panels: dict[str, str]
    panel_helps: dict[str, str]
    others: str
    without_intent: dict[str, str]
    no_department: str
    no_comments: str
    empty: str
    empty_help: str
    nothing_yet: str
    minutes: str
    hours: str
    decimals: str
    thousands: str

    # Columns.
    columns: dict[str, str]
    stars: str


INDONESIAN = ReportWords(
    help="Semua waktu dihitung dalam jam kerja bagian yang melayani.",
    period="Periode",
    periods={"1": "Hari ini", "7": "7 hari", "30": "30 hari", "90": "90 hari", "own": "Pilih tanggal"},
    first="Dari",
    last="Sampai",
    every_department="Semua bagian",
    closed_between="Percakapan yang selesai {first} – {last}",
    too_many="Terlalu banyak untuk satu laporan. Pilih periode yang lebih pendek.",
    export="Unduh CSV",
    figures={
        "conversations": "Percakapan",
        "contained": "Selesai oleh bot",
        "handed_over": "Dialihkan ke tim",
        "first_reply": "Balasan pertama",
        "resolution": "Penyelesaian",
        "kept": "SLA terpenuhi",
        "satisfied": "CSAT",
        "backlog": "Antrean sekarang",
        "handling": "Lama penanganan",
        "abandoned": "Ditinggalkan",
        "reopened": "Dibuka lagi",
        "stars": "Bintang rata-rata",
        "handoffs": "Dilayani tim",
    },
    meanings={
        "conversations": "Percakapan yang selesai dalam periode ini.",
        "contained": "Selesai tanpa manusia, dan tidak kembali ke tim dalam 7 hari.",
        "handed_over": "Sempat diteruskan ke tim, apa pun alasannya.",
        "first_reply": "Median dari masuk antrean sampai balasan manusia pertama.",
        "resolution": "Median dari masuk antrean sampai selesai, tanpa waktu menunggu pelanggan.",
        "kept": "Semua tenggat yang dijanjikan terpenuhi.",
        "satisfied": "Bagian suara dengan bintang 4 atau 5.",
        "reopened": "Kembali ke tim dalam 7 hari sesudah dianggap selesai.",
        "abandoned": "Pelanggan membatalkan sebelum dilayani sampai selesai.",
        "backlog": "Tiket yang terbuka saat ini.",
    },
    against="perubahan terhadap {first} – {last}",
    points="poin",
    no_change="tetap",
    of_ten="9 dari 10 dalam {span}",
    votes="{votes} suara, rata-rata {stars}",
    at_risk="Berisiko",
    unassigned="Belum diambil",
    served="Sedang dilayani",
    still_open="Masih terbuka",
    median="Median",
    p90="9 dari 10",
    share="Bagian",
    number="Jumlah",
    panels={
        "heat_of_department": "Percakapan bagian ini per jam",
        "figures": "Ringkasan",
        "heat": "Pesan ke bot per jam",
        "intents": "Pesan per maksud",
        "reasons": "Alasan dialihkan",
        "first_reply": "Balasan pertama",
        "resolution": "Penyelesaian",
        "kept": "SLA terpenuhi",
        "votes": "Bintang dari pelanggan",
        "comments": "Komentar pelanggan",
        "backlog": "Antrean sekarang",
        "departments": "Per bagian",
        "agents": "Per agen",
        "times": "Waktu dari hari ke hari",
        "left": "Antrean dari waktu ke waktu",
    },
    panel_helps={
        "heat_of_department": (
            "Kapan percakapannya dimulai. Maksud hanya dihitung untuk seluruh toko: pesan ke bot belum punya bagian."
        ),
        "heat": "Kapan pelanggan menulis: hari × jam.",
        "intents": "Sepuluh maksud tersering.",
        "reasons": "Mengapa bot memanggil tim.",
        "first_reply": "Median dan 9 dari 10, dalam jam kerja.",
        "resolution": "Median dan 9 dari 10, dalam jam kerja.",
        "kept": "Percakapan yang semua tenggatnya terpenuhi.",
        "votes": "Sebanyak apa tiap nilai diberikan.",
        "comments": "Yang terbaru di atas.",
        "backlog": "Tiket terbuka per bagian, saat ini juga.",
        "left": "Tiket yang masih terbuka dari waktu ke waktu, per bagian.",
    },
    others="Lainnya",
    without_intent={
        "": "Tidak dipahami",
        "/form": "Isian formulir",
        "/aside": "Tombol dan perintah",
        "/quiet": "Diserahkan ke tim",
    },
    no_department="Tanpa bagian",
    no_comments="Belum ada komentar.",
    empty="Belum ada percakapan yang selesai dalam periode ini",
    empty_help="Pilih periode yang lebih panjang, atau kembali lagi nanti.",
    nothing_yet="Belum ada data.",
    minutes="menit",
    hours="jam",
    decimals=",",
    thousands=".",
    columns={
        "figure": "Angka",
        "now": "Periode ini",
        "before": "Sebelumnya",
        "department": "Bagian",
        "agent": "Agen",
        "reason": "Alasan",
        "intent": "Maksud",
        "from": "Mulai",
        "until": "Sampai",
        "turns": "Pesan",
        "weekday": "Hari",
        "hour": "Jam",
        "handoffs": "Dilayani",
        "first_reply": "Balasan pertama",
        "first_reply_p90": "Balasan 9/10",
        "resolution": "Penyelesaian",
        "resolution_p90": "Penyelesaian 9/10",
        "handling": "Penanganan",
        "kept": "SLA",
        "satisfied": "CSAT",
        "votes": "Suara",
        "abandoned": "Ditinggalkan",
        "reopened": "Dibuka lagi",
        "at": "Waktu",
        "stars": "Bintang",
        "comment": "Komentar",
        "unit": "Satuan",
    },
    stars="{stars} bintang",
)

ENGLISH = ReportWords(
    help="All times are counted in the business hours of the department that served.",
    period="Period",
    periods={"1": "Today", "7": "7 days", "30": "30 days", "90": "90 days", "own": "Choose dates"},
    first="From",
    last="To",
    every_department="All departments",
    closed_between="Conversations that ended {first} – {last}",
    too_many="Too much for one report. Choose a shorter period.",
    export="Download CSV",
    figures={
        "conversations": "Conversations",
        "contained": "Resolved by the bot",
        "handed_over": "Handed over",
        "first_reply": "First reply",
        "resolution": "Resolution",
        "kept": "SLA kept",
        "satisfied": "CSAT",
        "backlog": "Backlog now",
        "handling": "Handling time",
        "abandoned": "Abandoned",
        "reopened": "Reopened",
        "stars": "Average stars",
        "handoffs": "Served by people",
    },
    meanings={
        "conversations": "Conversations that ended in this period.",
        "contained": "Ended without a human, and did not come back to one within 7 days.",
        "handed_over": "Reached the team at some point, for whatever reason.",
        "first_reply": "Median from being queued to the first human reply.",
        "resolution": "Median from being queued to resolved, without the waiting for the customer.",
        "kept": "Every deadline that was promised was kept.",
        "satisfied": "Share of votes with 4 or 5 stars.",
        "reopened": "Came back to the team within 7 days of being settled.",
        "abandoned": "The customer called it off before it was settled.",
        "backlog": "Tickets that are open at this moment.",
    },
    against="changes against {first} – {last}",
    points="points",
    no_change="unchanged",
    of_ten="9 of 10 within {span}",
    votes="{votes} votes, {stars} on average",
    at_risk="At risk",
    unassigned="Unassigned",
    served="Being served",
    still_open="Still open",
    median="Median",
    p90="9 of 10",
    share="Share",
    number="Number",
    panels={
        "heat_of_department": "This department's conversations by hour",
        "figures": "Summary",
        "heat": "Messages to the bot by hour",
        "intents": "Messages by intent",
        "reasons": "Reasons for handing over",
        "first_reply": "First reply",
        "resolution": "Resolution",
        "kept": "SLA kept",
        "votes": "Stars from customers",
        "comments": "Comments of customers",
        "backlog": "Backlog now",
        "departments": "By department",
        "agents": "By agent",
        "times": "Times from day to day",
        "left": "Backlog over time",
    },
    panel_helps={
        "heat_of_department": (
            "When they began. Intents are counted for the whole shop only: a message to the bot has no department yet."
        ),
        "heat": "When customers write: weekday × hour.",
        "intents": "The ten most frequent intents.",
        "reasons": "Why the bot called the team.",
        "first_reply": "Median and 9 of 10, in business hours.",
        "resolution": "Median and 9 of 10, in business hours.",
        "kept": "Conversations with every deadline kept.",
        "votes": "How often each was given.",
        "comments": "The latest first.",
        "backlog": "Open tickets by department, at this moment.",
        "left": "Tickets that were still open at each time, by department.",
    },
    others="Others",
    without_intent={
        "": "Not understood",
        "/form": "Answers to a form",
        "/aside": "Buttons and commands",
        "/quiet": "Left to the team",
    },
    no_department="No department",
    no_comments="No comments yet.",
    empty="No conversation ended in this period",
    empty_help="Choose a longer period, or come back later.",
    nothing_yet="No data yet.",
    minutes="minutes",
    hours="hours",
    decimals=".",
    thousands=",",
    columns={
        "figure": "Figure",
        "now": "This period",
        "before": "Before",
        "department": "Department",
        "agent": "Agent",
        "reason": "Reason",
        "intent": "Intent",
        "from": "From",
        "until": "Until",
        "turns": "Messages",
        "weekday": "Weekday",
        "hour": "Hour",
        "handoffs": "Served",
        "first_reply": "First reply",
        "first_reply_p90": "Reply 9/10",
        "resolution": "Resolution",
        "resolution_p90": "Resolution 9/10",
        "handling": "Handling",
        "kept": "SLA",
        "satisfied": "CSAT",
        "votes": "Votes",
        "abandoned": "Abandoned",
        "reopened": "Reopened",
        "at": "Time",
        "stars": "Stars",
        "comment": "Comment",
        "unit": "Unit",
    },
    stars="{stars} stars",
)

REPORT_WORDS = {"id": INDONESIAN, "en": ENGLISH}
