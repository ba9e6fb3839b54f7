"""What is said while humans serve: to customers who wait, and to agents about their tickets; Indonesian and English.

It is the part `Phrases.desk`; the words of the console's own pages are not here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class DeskPhrases:
    """One language's sentences. Braces name what is filled in with `str.format`; `clock` is for `strftime`."""

    # To customers.
    transferred: str
    queue_position: str
    queue_estimate: str
    queue_over: str
    out_of_hours: str
    on_holiday: str
    leave_message: str
    message_left: str
    cancel_report: str
    back_to_bot: str
    survey: str
    survey_thanks: str
    survey_no_comment: str
    survey_comment_kept: str
    today_at: str
    tomorrow_at: str
    day_at: str
    clock: str
    weekdays: tuple[str, ...]
    months: tuple[str, ...]

    # To agents.
    disabled: str
    not_your_department: str
    supervisors_only: str
    not_now: str
    agent_away: str
    agent_elsewhere: str
    already_theirs: str
    snooze_past: str
    transferred_to: str
    assigned_to: str
    unanswered: str
    snoozed: str
    woken: str
    finished: str
    sla_warning: str
    sla_missed: str
    deadlines: dict[str, str]


DESK_IN_INDONESIAN = DeskPhrases(
    transferred="{sapaan}, laporannya kami teruskan ke bagian {department}. Mohon tunggu sebentar ya.",
    queue_position="Anda urutan ke-{position}.",
    queue_estimate="Anda urutan ke-{position}, perkiraan {minutes} menit.",
    queue_over="Giliran {sapaan} sudah tiba.",
    out_of_hours=(
        "Saat ini tim kami belum bertugas, {sapaan}, dan baru ada lagi {when}. "
        "Mau tinggalkan pesan? Nanti dibalas di chat ini."
    ),
    on_holiday=(
        "Hari ini tim kami libur ({holiday}), {sapaan}, dan baru ada lagi {when}. "
        "Mau tinggalkan pesan? Nanti dibalas di chat ini."
    ),
    leave_message="Tinggalkan pesan",
    message_left="Baik {sapaan}, silakan tulis pesannya di sini. Tim kami ada lagi {when} dan membalas sesudahnya.",
    cancel_report="Batalkan laporan",
    back_to_bot="Lanjut dengan bot",
    survey="Bagaimana pelayanan kami, {sapaan}? Pilih 1 (buruk) sampai 5 (bagus sekali).",
    survey_thanks="Terima kasih atas nilainya, {sapaan}: {stars}. Ada yang mau ditambahkan? Tulis saja di sini.",
    survey_no_comment="Tidak ada",
    survey_comment_kept="Terima kasih {sapaan}, masukannya sudah kami catat.",
    today_at="hari ini pukul {time}",
    tomorrow_at="besok pukul {time}",
    day_at="{weekday}, {day} {month} pukul {time}",
    clock="%H.%M",
    weekdays=("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu"),
    months=(
        "Januari",
        "Februari",
        "Maret",
        "April",
        "Mei",
        "Juni",
        "Juli",
        "Agustus",
        "September",
        "Oktober",
        "November",
        "Desember",
    ),
    disabled="Akun ini sudah dinonaktifkan.",
    not_your_department="Tiket ini milik bagian {department}, di luar bagian Anda.",
    supervisors_only="Hanya supervisor bagian ini yang boleh melakukannya.",
    not_now="Tidak bisa: status tiket ini {status}.",
    agent_away="{agent} sedang tidak bertugas.",
    agent_elsewhere="{agent} tidak melayani bagian {department}.",
    already_theirs="Tiket ini sudah dipegang {agent}.",
    snooze_past="Pilih waktu yang akan datang.",
    transferred_to="Tiket {ticket} dialihkan ke {to} oleh {agent}.",
    assigned_to="Tiket {ticket} dibagikan ke {agent}.",
    unanswered="Tiket {ticket} kembali ke antrean: belum dibalas {agent}.",
    snoozed="Tiket {ticket} ditunda sampai {when}.",
    woken="Tiket {ticket} aktif lagi.",
    finished="Tiket {ticket} tinggal dirapikan oleh {agent}.",
    sla_warning="⏰ Tiket {ticket}: {deadline} jatuh tempo {when}.",
    sla_missed="🔴 Tiket {ticket}: {deadline} terlambat.",
    deadlines={
        "first_reply": "balasan pertama",
        "next_reply": "balasan berikutnya",
        "resolution": "penyelesaian",
    },
)

DESK_IN_ENGLISH = DeskPhrases(
    transferred="We are passing your report to {department}. One moment, please.",
    queue_position="You are number {position} in the queue.",
    queue_estimate="You are number {position} in the queue, about {minutes} minutes.",
    queue_over="It is your turn now.",
    out_of_hours=(
        "Our team is not here at the moment and will be back {when}. "
        "Would you like to leave a message? We will answer in this chat."
    ),
    on_holiday=(
        "Our team is on holiday today ({holiday}) and will be back {when}. "
        "Would you like to leave a message? We will answer in this chat."
    ),
    leave_message="Leave a message",
    message_left="All right, please write your message here. Our team will be back {when} and will answer after that.",
    cancel_report="Cancel the report",
    back_to_bot="Go on with the bot",
    survey="How did we do? Choose from 1 (poor) to 5 (excellent).",
    survey_thanks="Thank you for your rating: {stars}. Anything to add? Just write it here.",
    survey_no_comment="No, that is all",
    survey_comment_kept="Thank you, we have noted what you said.",
    today_at="today at {time}",
    tomorrow_at="tomorrow at {time}",
    day_at="on {weekday}, {day} {month} at {time}",
    clock="%H:%M",
    weekdays=("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    months=(
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    disabled="This account is disabled.",
    not_your_department="This ticket belongs to {department}, which is not your department.",
    supervisors_only="Only supervisors of this department may do that.",
    not_now="Not possible: this ticket is {status}.",
    agent_away="{agent} is not on duty.",
    agent_elsewhere="{agent} does not serve {department}.",
    already_theirs="{agent} has this ticket already.",
    snooze_past="Choose a time that is still to come.",
    transferred_to="Ticket {ticket} was transferred to {to} by {agent}.",
    assigned_to="Ticket {ticket} was assigned to {agent}.",
    unanswered="Ticket {ticket} is back in the queue: {agent} did not answer.",
    snoozed="Ticket {ticket} is snoozed until {when}.",
    woken="Ticket {ticket} is active again.",
    finished="Ticket {ticket} has only {agent}'s wrap-up left.",
    sla_warning="⏰ Ticket {ticket}: the {deadline} is due {when}.",
    sla_missed="🔴 Ticket {ticket}: the {deadline} is late.",
    deadlines={"first_reply": "first reply", "next_reply": "next reply", "resolution": "resolution"},
)
