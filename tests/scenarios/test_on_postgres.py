"""A whole service on PostgreSQL: customers, the desk, and a server that is restarted meanwhile."""

from __future__ import annotations

from pathlib import Path

from tests.desk import open_desk
from tests.postgres import PostgresServer


async def test_a_complaint_reaches_an_agent_who_answers(
    tmp_path: Path, shop: dict[str, str], postgres: PostgresServer, postgres_database: str, postgres_url: str
) -> None:
    async with open_desk(tmp_path, {**shop, "storage__url": postgres_url}) as desk:
        customer, topic = await desk.complaint("Sari")
        assert "barang saya rusak" in desk.said_in(topic)
        desk.budi.presses("Ambil", topic=topic.thread_id)
        await desk.at_rest()
        desk.budi.writes("Kami cek ya, Kak.", topic=topic.thread_id)
        await customer.receives(containing="Kami cek ya, Kak.")
        assert int(postgres.sql("SELECT count(*) FROM messages", postgres_database)) >= 3


async def test_a_restart_of_the_server_loses_no_message(
    tmp_path: Path, shop: dict[str, str], postgres_url: str, postgres: PostgresServer
) -> None:
    async with open_desk(tmp_path, {**shop, "storage__url": postgres_url}) as desk:
        customer = desk.server.customer("Sari")
        customer.sends("jam buka?")
        await customer.receives(containing="09.00")
        postgres.stop()
        customer.sends("barang saya rusak, saya kecewa")
        postgres.start()
        await customer.receives(containing="nomor laporannya #")
