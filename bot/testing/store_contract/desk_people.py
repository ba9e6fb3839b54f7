"""What a store does for the people of the desk: accounts, sessions, what was done, canned replies."""

from __future__ import annotations

from dataclasses import replace

from bot.testing.store_contract.desk_examples import DEWI, SARI, WholeStore
from bot.testing.store_contract.examples import NOON, at, refused
from conversation.desk_ports import AuditEntry, CannedReply, Session
from conversation.errors import Refusal
from conversation.tickets import Agent, AgentId, Role

SESSION = Session(token_hash="a1", agent_id=SARI.id, begun_at=NOON, seen_at=NOON, expires_at=at(60))


class PeopleContract:
    """Who works at the desk, and what they did."""

    async def test_everything_an_account_says_comes_back(self, store: WholeStore) -> None:
        whole = Agent(
            id=AgentId("console:putu"),
            name="Putu 🌺",
            departments=frozenset({"pengaduan", "teknis"}),
            role=Role.SUPERVISOR,
            skills=frozenset({"retur", "refund"}),
            languages=frozenset({"id", "en"}),
            capacity=12,
            available=False,
            disabled=True,
            login="putu",
            telegram_id=5_000_000_000,
            locale="en",
        )
        await store.save_agent(whole)
        assert await store.agents() == [whole]

    async def test_accounts_come_by_name_whatever_their_letters(self, store: WholeStore) -> None:
        for agent in (SARI, DEWI, replace(DEWI, id=AgentId("console:adi"), name="Adi", login="")):
            await store.save_agent(agent)
        assert [agent.name for agent in await store.agents()] == ["Adi", "dewi", "Sari"]

    async def test_a_changed_account_replaces_the_old_one_and_keeps_its_password(self, store: WholeStore) -> None:
        await store.save_agent(SARI, "$argon2id$x")
        changed = replace(SARI, name="Sari Dewi", disabled=True)
        await store.save_agent(changed)
        assert await store.agents() == [changed]
        assert await store.password_hash("sari") == (SARI.id, "$argon2id$x")
        await store.save_agent(changed, "$argon2id$y")
        assert await store.password_hash("sari") == (SARI.id, "$argon2id$y")

    async def test_nobody_signs_in_without_a_login_and_a_password(self, store: WholeStore) -> None:
        await store.save_agent(SARI)
        await store.save_agent(replace(DEWI, login=""), "$argon2id$x")
        assert await store.password_hash("sari") is None
        assert await store.password_hash("") is None
        assert await store.password_hash("nobody") is None

    async def test_two_accounts_never_share_a_login_or_a_telegram_id(self, store: WholeStore) -> None:
        await store.save_agent(SARI, "$argon2id$x")
        await store.save_agent(DEWI)
        await refused(Refusal, store.save_agent(replace(DEWI, login="sari"), "$argon2id$stolen"))
        await refused(Refusal, store.save_agent(replace(DEWI, telegram_id=777)))
        await refused(Refusal, store.save_agent(replace(DEWI, id=AgentId("console:new"), login="sari")))
        assert await store.agents() == [DEWI, SARI]
        assert await store.password_hash("sari") == (SARI.id, "$argon2id$x")

    async def test_many_accounts_may_have_neither_login_nor_telegram_id(self, store: WholeStore) -> None:
        for number in range(3):
            await store.save_agent(Agent(id=AgentId(f"terminal:{number}"), name=str(number)))
        assert len(await store.agents()) == 3

    async def test_a_session_is_known_by_the_hash_of_its_token(self, store: WholeStore) -> None:
        await store.open_session(SESSION)
        assert await store.session("a1") == SESSION
        assert await store.session("a2") is None
        assert await store.session("") is None

    async def test_many_sessions_are_read_at_once(self, store: WholeStore) -> None:
        other = replace(SESSION, token_hash="d1", agent_id=DEWI.id)
        for session in (SESSION, other):
            await store.open_session(session)
        assert await store.sessions(["a1", "d1", "none"]) == {"a1": SESSION, "d1": other}
        assert await store.sessions(["d1"]) == {"d1": other}
        assert await store.sessions([]) == {}

    async def test_a_renewed_session_takes_the_place_of_the_old_one_once(self, store: WholeStore) -> None:
        await store.open_session(SESSION)
        renewed = replace(SESSION, token_hash="b2", seen_at=at(5), expires_at=at(90))
        assert await store.renew_session("a1", renewed)
        assert not await store.renew_session("a1", replace(renewed, token_hash="c3"))
        assert await store.session("a1") is None
        assert await store.session("b2") == renewed
        assert await store.session("c3") is None

    async def test_one_session_is_ended_or_all_of_an_agents(self, store: WholeStore) -> None:
        theirs = [replace(SESSION, token_hash=token) for token in ("a1", "a2", "a3")]
        other = replace(SESSION, token_hash="d1", agent_id=DEWI.id)
        for session in (*theirs, other):
            await store.open_session(session)
        await store.end_sessions(token_hash="a1")
        assert await store.session("a1") is None
        assert await store.session("a2") == theirs[1]
        await store.end_sessions(agent_id=SARI.id)
        assert [await store.session(token) for token in ("a2", "a3", "d1")] == [None, None, other]
        await store.end_sessions()
        assert await store.session("d1") == other

    async def test_sessions_that_have_expired_are_forgotten_when_the_next_begins(self, store: WholeStore) -> None:
        await store.open_session(SESSION)
        await store.open_session(replace(SESSION, token_hash="b2", begun_at=at(60), expires_at=at(120)))
        assert await store.session("a1") is None
        assert await store.session("b2") is not None

    async def test_a_session_with_a_naive_time_is_refused(self, store: WholeStore) -> None:
        await refused(ValueError, store.open_session(replace(SESSION, seen_at=NOON.replace(tzinfo=None))))
        assert await store.session("a1") is None

    async def test_what_was_done_comes_newest_first(self, store: WholeStore) -> None:
        entries = [
            AuditEntry(at=at(0), agent_id=SARI.id, action="sign_in"),
            AuditEntry(at=at(1), agent_id=SARI.id, action="ticket_open", about="ticket:1", detail="dari pencarian"),
            AuditEntry(at=at(2), agent_id=None, action="sign_in_failed", detail="sari"),
            AuditEntry(at=at(3), agent_id=DEWI.id, action="ticket_claim", about="ticket:1"),
        ]
        for entry in entries:
            await store.record(entry)
        assert await store.audit_trail() == entries[::-1]
        assert await store.audit_trail(limit=1) == [entries[3]]
        assert await store.audit_trail(agent_id=SARI.id) == [entries[1], entries[0]]
        assert await store.audit_trail(about="ticket:1") == [entries[3], entries[1]]
        assert await store.audit_trail(agent_id=SARI.id, about="ticket:1") == [entries[1]]

    async def test_canned_replies_come_by_shortcut_and_are_replaced(self, store: WholeStore) -> None:
        hello = CannedReply(shortcut="halo", text="Halo Kak {nama}, dengan {agen}.")
        theirs = CannedReply(shortcut="halo", text="Halo, bagian retur.", department="retur")
        address = CannedReply(shortcut="alamat", text="Jl. Melati 1")
        for reply in (hello, theirs, address):
            await store.save_canned_reply(reply)
        assert await store.canned_replies() == [address, hello, theirs]
        changed = replace(hello, text="Hai Kak {nama}!")
        await store.save_canned_reply(changed)
        assert await store.canned_replies() == [address, changed, theirs]

    async def test_a_canned_reply_is_dropped_from_its_department_alone(self, store: WholeStore) -> None:
        general = CannedReply(shortcut="halo", text="Halo")
        await store.save_canned_reply(general)
        await store.save_canned_reply(replace(general, department="retur"))
        await store.drop_canned_reply("halo", "retur")
        assert await store.canned_replies() == [general]
        await store.drop_canned_reply("tidak ada")
        await store.drop_canned_reply("halo")
        assert await store.canned_replies() == []
