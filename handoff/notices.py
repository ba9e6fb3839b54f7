"""What waiting customers are shown: their place in the queue, when somebody is there, and how it was.

Each notice is a value; whether and when it is sent is not known here. Payloads name the ticket or episode that their
buttons are about, so that a press on an old message is not taken for another.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median

from conversation.effects import Button, EditText, SendText
from conversation.phrases import Phrases
from conversation.state import EpisodeId
from conversation.tickets import TicketId
from handoff.hours import Calendar

POSITION = "position"
"""Label under which a customer's place in the queue is shown, so that it can be edited in place."""

LEAVE_MESSAGE, CANCEL, BACK_TO_BOT = "!leave", "!cancel", "!bot"
"""What a customer may choose out of hours; their payloads are `!leave:<ticket>` and so on."""

STARS, NO_COMMENT = "!stars", "!comment"
"""Payloads of the survey: `!stars:<episode>:<1-5>`, `!comment:<episode>`."""

RATINGS = ("1", "2", "3", "4", "5")

ENOUGH = 5
"""Fewer recent tickets than this are no ground for an estimate."""


def estimate(position: int, handling: Sequence[float], agents: int) -> int | None:
    """Minutes until the ticket at `position` has its turn, rounded up so that it is rather less than more.

    `handling` are the seconds that recent tickets took, `agents` how many serve the queue now. Every one of them
    finishes a ticket in their median, so the turn comes after position / agents of these. None without enough data.
    """
    if len(handling) < ENOUGH or agents < 1:
        return None
    minutes = position / agents * median(handling) / 60
    step = 1 if minutes <= 5 else 5 if minutes <= 60 else 15
    return max(ceil(minutes / step) * step, 1)


def position(phrases: Phrases, place: int, minutes: int | None) -> EditText:
    """Their place in the queue as one sentence, to be shown under the label `POSITION`."""
    if minutes is None:
        return EditText(text=phrases.desk.queue_position.format(position=place))
    return EditText(text=phrases.desk.queue_estimate.format(position=place, minutes=minutes))


def turn_come(phrases: Phrases) -> EditText:
    """What takes the place of the position once somebody serves them."""
    return EditText(text=phrases.desk.queue_over)


def out_of_hours(phrases: Phrases, calendar: Calendar, ticket_id: TicketId, now: datetime) -> SendText | None:
    """That nobody is there now, when somebody will be, and what they may do; None within business hours."""
    if calendar.is_open(now):
        return None
    back = when(phrases, calendar, calendar.next_opening(now), now)
    holiday = calendar.closed_for(now.astimezone(calendar.tz).date())
    text = (phrases.desk.on_holiday if holiday else phrases.desk.out_of_hours).format(when=back, holiday=holiday)
    choices = (
        (phrases.desk.leave_message, LEAVE_MESSAGE),
        (phrases.desk.back_to_bot, BACK_TO_BOT),
        (phrases.desk.cancel_report, CANCEL),
    )
    buttons = tuple((Button(title=title, payload=f"{choice}:{ticket_id}"),) for title, choice in choices)
    return SendText(text=text, buttons=buttons)


def message_left(phrases: Phrases, calendar: Calendar, now: datetime) -> SendText:
    """The answer to who wants to leave a message."""
    return SendText(
        text=phrases.desk.message_left.format(when=when(phrases, calendar, calendar.next_opening(now), now))
    )


def choice_of(payload: str) -> tuple[str, TicketId] | None:
    """What was chosen out of hours, and about which ticket; None for other payloads."""
    choice, _, number = payload.partition(":")
    if choice not in (LEAVE_MESSAGE, CANCEL, BACK_TO_BOT) or not number.isdecimal():
        return None
    return choice, TicketId(int(number))


def survey(phrases: Phrases, episode_id: EpisodeId) -> SendText:
    """The question how it was, with one to five stars to choose from."""
    stars = (Button(title=f"{number} ⭐", payload=f"{STARS}:{episode_id}:{number}") for number in RATINGS)
    return SendText(text=phrases.desk.survey, buttons=(tuple(stars),))


def stars_of(payload: str) -> tuple[EpisodeId, int] | None:
    """Which episode was given how many stars; None for other payloads."""
    kind, _, rest = payload.partition(":")
    episode, _, number = rest.partition(":")
    if kind != STARS or not episode.isdecimal() or number not in RATINGS:
        return None
    return EpisodeId(int(episode)), int(number)


def ask_comment(phrases: Phrases, episode_id: EpisodeId, stars: int) -> SendText:
    """Thanks for the stars, and whether there is anything to add."""
    nothing = Button(title=phrases.desk.survey_no_comment, payload=f"{NO_COMMENT}:{episode_id}")
    return SendText(text=phrases.desk.survey_thanks.format(stars="⭐" * stars), buttons=((nothing,),))


def no_comment_of(payload: str) -> EpisodeId | None:
    """The episode that there is nothing to add about; None for other payloads."""
    kind, _, episode = payload.partition(":")
    return EpisodeId(int(episode)) if kind == NO_COMMENT and episode.isdecimal() else None


def when(phrases: Phrases, calendar: Calendar, at: datetime, now: datetime) -> str:
    """A time to come as people say it: `besok pukul 09.00 WIB`, `Senin, 2 Maret pukul 09.00 WIB`."""
    desk, local, today = phrases.desk, at.astimezone(calendar.tz), now.astimezone(calendar.tz).date()
    time = f"{local.strftime(desk.clock)} {calendar.zone_title}"
    if local.date() == today:
        return desk.today_at.format(time=time)
    if local.date() == today + timedelta(days=1):
        return desk.tomorrow_at.format(time=time)
    month = desk.months[local.month - 1]
    return desk.day_at.format(weekday=desk.weekdays[local.weekday()], day=local.day, month=month, time=time)
