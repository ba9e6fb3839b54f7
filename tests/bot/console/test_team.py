"""The team page: who is shown to whom, and what a supervisor may do about it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from bot.console.inbox_reading import COUNT_EVERY
from bot.console.rights import Forbidden
from bot.console.team import read_team, reassign, set_availability
from bot.console.team_reading import MOST_WAITING
from bot.testing.small_console import ADMIN, DEWI, RUDI, SARI, TONO
from conversation.errors import Refusal
from conversation.ports import Change
from conversation.tickets import AgentId, TicketId, TicketStatus
from tests.bot.console.managers import NOW, managed


async def test_a_supervisor_sees_their_department_and_an_admin_the_whole_team() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(DEWI) as ctx:
            part = await read_team(ctx, "")
            with pytest.raises(Forbidden):
                await read_team(ctx, "pembayaran")
        with shop.page_of(ADMIN) as ctx:
            whole = await read_team(ctx, "")
    assert {member.agent.name for member in part.members} == {"Sari", "Dewi", "Admin"}
    tickets = [ticket for member in part.members for ticket in member.tickets]
    tickets += [*part.at_risk, *(ticket for each in part.waiting for ticket in each.tickets)]
    assert {ticket.department for ticket in tickets} == {"retur"}
    assert {member.agent.name for member in whole.members} == {"Sari", "Dewi", "Tono", "Rudi", "Admin"}
    assert (whole.counts["all"], part.counts["all"]) == (14, 10)


async def test_everybody_has_their_load_and_their_tickets() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(ADMIN) as ctx:
            found = await read_team(ctx, "")
        for member in found.members:
            assert all(ticket.assignee == member.agent.id for ticket in member.tickets)
            assert member.load == len(member.tickets)
        assert sum(member.load for member in found.members) == 9
        assert sum(each.number for each in found.waiting) == 5
        assert all(ticket.status is TicketStatus.QUEUED for each in found.waiting for ticket in each.tickets)


async def test_what_is_at_risk_comes_with_the_nearest_deadline_first() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(ADMIN) as ctx:
            found = await read_team(ctx, "")
    dues = [ticket.deadlines.next for ticket in found.at_risk]
    assert dues == sorted(dues, key=lambda due: due or NOW)
    assert len(dues) == found.counts["at_risk"] > 0


async def test_of_a_long_queue_only_the_most_urgent_are_read() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(ADMIN) as ctx:
            queued = (await read_team(ctx, "retur")).waiting[0].tickets[0]
            for number in range(MOST_WAITING):
                snapshot = await ctx.store.load_by_id(queued.conversation_id)
                assert snapshot is not None
                another = replace(queued, id=TicketId(50_000 + number))
                await ctx.store.commit(Change(conversation=snapshot.conversation, ticket=another))
            # As the page does, which asks again.
            while not (found := await read_team(ctx, "retur")).settled:  # noqa: ASYNC110
                await asyncio.sleep(COUNT_EVERY / 5)
            [waiting] = found.waiting
    assert len(waiting.tickets) == MOST_WAITING < waiting.number


async def test_somebody_who_was_just_seen_is_at_the_desk() -> None:
    async with managed(days=0) as shop:
        shop.console.desk.roster.seen(SARI.id)
        with shop.page_of(DEWI) as ctx:
            found = await read_team(ctx, "")
    online = {member.agent.name: member.online for member in found.members}
    assert online["Sari"]
    assert not online["Dewi"]


async def test_a_ticket_is_given_to_somebody_else_and_that_is_written_down() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(DEWI) as ctx:
            ticket = next(
                member for member in (await read_team(ctx, "")).members if member.agent.id == SARI.id
            ).tickets[0]
            await reassign(ctx, ticket.id, DEWI.id)
            moved = await ctx.store.ticket(ticket.id)
            assert moved is not None
            assert moved.assignee == DEWI.id
            action, _, detail = await shop.said_last()
            assert (action, detail) == ("ticket_reassign", "Dewi")
            with pytest.raises(Refusal):  # Tono serves another department.
                await reassign(ctx, ticket.id, TONO.id)
        with shop.page_of(RUDI) as ctx, pytest.raises(Forbidden):
            await reassign(ctx, ticket.id, TONO.id)


async def test_a_supervisor_turns_the_switch_of_their_people_only() -> None:
    async with managed(days=0) as shop:
        with shop.page_of(DEWI) as ctx:
            await set_availability(ctx, SARI.id, False)
            sari = shop.console.desk.roster.find(SARI.id)
            assert sari is not None
            assert not sari.available
            assert await shop.said_last() == ("team_unavailable", SARI.id, "")
            for other in (TONO.id, ADMIN.id):
                with pytest.raises(Forbidden):
                    await set_availability(ctx, other, False)
            with pytest.raises(Refusal):
                await set_availability(ctx, AgentId("console:siapa"), False)
        with shop.page_of(ADMIN) as ctx:
            await set_availability(ctx, TONO.id, False)
