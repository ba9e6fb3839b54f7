"""The settings of the desk: its agents, and the rules of its departments as `handoff` works with them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from bot.section import Section
from conversation.errors import SettingError
from conversation.tickets import Priority
from handoff.hours import ALWAYS, Calendar, Ramadan
from handoff.policy import Department, DeskPolicy, Mode, Promise, Promises
from handoff.shifts import shifts, week

PromiseName = Literal["first_reply", "next_reply", "resolution"]
NotNegative = Annotated[float, Field(ge=0)]


class AgentSettings(Section):
    """One agent."""

    telegram_id: int = Field(description="The agent's numeric Telegram id.")
    name: str = Field(min_length=1, description="What customers and colleagues read.")
    departments: list[str] = Field(default_factory=list, description="Empty for all.")
    role: Literal["agent", "supervisor", "admin"] = Field(
        default="agent", description="What they may do: agent, supervisor or admin."
    )


class RuleSettings(Section):
    """The rules by which a department serves."""

    routing: Literal["manual", "round_robin", "least_loaded"] = Field(
        default="manual", description="How tickets find their agents: they claim them, take turns, or go by load."
    )
    zone: str = Field(default="WIB", description="Time zone of the hours: WIB, WITA, WIT.")
    hours: dict[str, str] = Field(
        default_factory=dict,
        description='Business hours by days, such as { "senin-jumat" = "09:00-12:00, 13:00-17:00" }; empty: always.',
    )
    holidays: bool = Field(default=False, description="Whether Indonesia's public holidays are closed days.")
    collective_leave: bool = Field(default=False, description="Whether collective leave (cuti bersama) is, too.")
    days: dict[str, str] = Field(
        default_factory=dict, description='Days of their own: { "2026-12-31" = "09:00-12:00", "2027-01-02" = "tutup" }.'
    )
    ramadan_hours: dict[str, str] = Field(
        default_factory=dict, description="Hours in Ramadan, written as `hours`; empty: no others."
    )
    promise: dict[PromiseName, NotNegative] = Field(
        default_factory=dict,
        description="What customers are promised (SLA), in minutes of business hours: "
        "{ first_reply = 15, next_reply = 30, resolution = 480 }; what is left out is not promised.",
    )
    promise_high: dict[PromiseName, NotNegative] = Field(
        default_factory=dict, description="The same for tickets of high priority; empty: as for all."
    )
    promise_urgent: dict[PromiseName, NotNegative] = Field(
        default_factory=dict, description="The same for urgent tickets; empty: as for all."
    )
    warn_at: float = Field(
        default=0.8, gt=0, le=1, description="Share of a promise's time after which agents are warned."
    )
    return_after_minutes: float = Field(
        default=5, ge=0, description="An assignment that lies unanswered for this long goes back; 0: never."
    )
    away_after_minutes: float = Field(
        default=30, ge=0, description="Tickets of an agent who is gone for this long go back; 0: never."
    )
    ageing_minutes: float = Field(
        default=60, gt=0, description="After this much waiting a ticket counts as one priority higher."
    )
    survey: bool = Field(default=False, description="Whether customers are asked how it was (1 to 5 stars).")

    def rules(self, name: str = "", title: str = "") -> Department:
        """The rules of a department of this name.

        Raises:
            SettingError: its hours, its zone or its days cannot be read.
        """
        try:
            days = {date.fromisoformat(day): shifts(text) for day, text in self.days.items()}
        except ValueError as error:
            raise SettingError(f"[desk] days of {name or 'all departments'}: {error}") from error
        calendar = ALWAYS
        if self.hours or days or self.holidays or self.collective_leave:
            calendar = Calendar(
                week=week(self.hours) if self.hours else ALWAYS.week,
                zone=self.zone,
                days=days,
                holidays=self.holidays,
                collective_leave=self.collective_leave,
                ramadan=Ramadan(week=week(self.ramadan_hours)) if self.ramadan_hours else None,
            )
        special = {Priority.HIGH: self.promise_high, Priority.URGENT: self.promise_urgent}
        return Department(
            name=name,
            title=title,
            mode=Mode(self.routing),
            calendar=calendar,
            promises=Promises(
                usual=_promise(self.promise),
                by_priority={priority: _promise(each) for priority, each in special.items() if each},
                warn_at=self.warn_at,
            ),
            return_after=_minutes(self.return_after_minutes),
            away_after=_minutes(self.away_after_minutes),
            ageing=timedelta(minutes=self.ageing_minutes),
            survey=self.survey,
        )


def _promise(minutes: Mapping[PromiseName, float]) -> Promise:
    return Promise(
        first_reply=minutes.get("first_reply") or None,
        next_reply=minutes.get("next_reply") or None,
        resolution=minutes.get("resolution") or None,
    )


def _minutes(number: float) -> timedelta | None:
    return timedelta(minutes=number) if number else None


class DepartmentSettings(RuleSettings):
    """One department, `[desk.departments.NAME]`."""

    title: str = Field(default="", description="What people read; the name itself where this is empty.")
    staff_chat_id: int = Field(default=0, description="Its own staff group; 0: telegram.staff_chat_id.")


class DeskSettings(RuleSettings):
    """Who serves, and by which rules: those here hold for departments without a table of their own. See docs/desk.md.

    In the staff group, nobody's press or word counts but that of an agent listed here, or of an account.
    """

    agents: list[AgentSettings] = Field(
        default_factory=list,
        description='Agents of the staff group: [{ telegram_id = 123, name = "Budi", departments = ["retur"] }].',
    )
    departments: dict[str, DepartmentSettings] = Field(
        default_factory=dict,
        description="Departments with rules of their own, [desk.departments.NAME]; what they leave out is as above.",
    )
    resolutions: list[str] = Field(
        default_factory=list, description="Reasons to choose from when a ticket is resolved; empty: none is asked for."
    )
    position_seconds: float = Field(
        default=30, ge=0, description="How often waiting customers are told their place in the queue; 0: never."
    )

    @model_validator(mode="before")
    @classmethod
    def _inherited(cls, values: Any) -> Any:
        """What a department leaves out is as for all others."""
        if not isinstance(values, Mapping) or not isinstance(values.get("departments"), Mapping):
            return values
        inherited = {key: value for key, value in values.items() if key in RuleSettings.model_fields}
        departments = {
            name: {**inherited, **table} if isinstance(table, Mapping) else table
            for name, table in values["departments"].items()
        }
        return {**values, "departments": departments}

    def policy(self) -> DeskPolicy:
        """The rules of all departments.

        Raises:
            SettingError: hours, zones or days cannot be read.
        """
        departments = {name: each.rules(name, each.title) for name, each in self.departments.items()}
        return DeskPolicy(departments=departments, other=self.rules())

    def staff_chats(self) -> dict[str, str]:
        """The staff groups of departments that have their own."""
        return {name: str(each.staff_chat_id) for name, each in self.departments.items() if each.staff_chat_id}
