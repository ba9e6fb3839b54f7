"""What the team page says, in Indonesian and English."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class TeamWords:
    """One language's words. Braces name what is filled in with `str.format`."""

    help: str
    open: str
    unassigned: str
    at_risk: str
    taking: str
    online: str
    offline: str
    capacity: str
    serves_nobody: str
    nobody: str
    nobody_help: str
    no_risk: str
    no_risk_help: str
    none_waiting: str
    none_waiting_help: str
    waits: str
    answered: str
    more: str
    open_ticket: str
    reassign: str
    reassign_help: str
    away: str
    nobody_else: str
    reassigned: str
    now_taking: str
    now_not_taking: str
    not_theirs: str
    all_departments: str


INDONESIAN = TeamWords(
    help="Siapa melayani siapa, saat ini juga.",
    open="Tiket terbuka",
    unassigned="Belum diambil",
    at_risk="Berisiko",
    taking="Siap menerima",
    online="Sedang di meja",
    offline="Tidak di meja",
    capacity="{load} dari {capacity} tiket",
    serves_nobody="Tidak melayani siapa pun saat ini.",
    nobody="Belum ada yang melayani bagian ini",
    nobody_help="Admin bisa membuat akun di halaman Akun.",
    no_risk="Tidak ada yang berisiko",
    no_risk_help="Tiket muncul di sini kalau tenggatnya dekat atau lewat.",
    none_waiting="Tidak ada yang menunggu",
    none_waiting_help="Semua tiket sudah ada yang memegang.",
    waits="Menulis",
    answered="Sudah dibalas",
    more="{number} lagi di kotak masuk",
    open_ticket="Buka di kotak masuk",
    reassign="Alihkan ke",
    reassign_help="Penyelia boleh memberi lebih dari kapasitas.",
    away="tidak menerima",
    nobody_else="Tidak ada orang lain untuk bagian ini.",
    reassigned="Tiket {ticket} dialihkan ke {agent}.",
    now_taking="{agent} sekarang menerima tiket baru.",
    now_not_taking="{agent} tidak lagi menerima tiket baru.",
    not_theirs="Akun itu di luar bagian Anda.",
    all_departments="Semua bagian",
)

ENGLISH = TeamWords(
    help="Who serves whom, at this moment.",
    open="Open tickets",
    unassigned="Unassigned",
    at_risk="At risk",
    taking="Taking tickets",
    online="At the desk",
    offline="Not at the desk",
    capacity="{load} of {capacity} tickets",
    serves_nobody="Serves nobody right now.",
    nobody="Nobody serves this department yet",
    nobody_help="An admin can make an account on the page Accounts.",
    no_risk="Nothing is at risk",
    no_risk_help="Tickets come here when a deadline is near, or has passed.",
    none_waiting="Nobody is waiting",
    none_waiting_help="Every ticket has somebody.",
    waits="Wrote",
    answered="Answered",
    more="{number} more in the inbox",
    open_ticket="Open in the inbox",
    reassign="Reassign to",
    reassign_help="A supervisor may go beyond somebody's capacity.",
    away="not taking tickets",
    nobody_else="There is nobody else for this department.",
    reassigned="Ticket {ticket} went to {agent}.",
    now_taking="{agent} takes new tickets now.",
    now_not_taking="{agent} takes no new tickets any more.",
    not_theirs="That account is outside your departments.",
    all_departments="All departments",
)

TEAM_WORDS = {"id": INDONESIAN, "en": ENGLISH}
