"""Order lookups in the warehouse's own list: a CSV file that another system writes, in place of the example shop.

The forms, rules and answers are the starter's; only where an order is looked up is different.
"""

from __future__ import annotations

import csv
from pathlib import Path

from bot.actions import ActionContext, FunctionAction, action
from conversation.actions import FormChanged, Result, Saying, SlotSet


def actions(context: ActionContext) -> list[FunctionAction]:
    """What `actions.use = ["gudang"]` stands for. `actions.settings.daftar` names the list."""
    path = context.base / str(context.settings.get("daftar", "pesanan.csv"))

    @action("action_status_pesanan", repeatable=True)
    def order_status(nomor_pesanan: str) -> Result:
        """Runs in a thread, as it is not async. Where the list cannot be read, it raises: a human will see to it."""
        order = find(path, nomor_pesanan)
        if order is None:
            return not_found(nomor_pesanan)
        return Result(
            says=(
                Saying(
                    response="status_pesanan",
                    values={
                        "nomor_pesanan": order["nomor"],
                        "status": order["status"],
                        "kurir_pesanan": order["kurir"],
                        "resi_pesanan": order["resi"] or "belum ada",
                        "perkiraan_tiba": order["tiba"],
                    },
                ),
            )
        )

    return [order_status]


def find(path: Path, number: str) -> dict[str, str] | None:
    """The order of a number, however it is written."""
    wanted = number.replace(" ", "").upper()
    with path.open(encoding="utf-8", newline="") as file:
        return next((row for row in csv.DictReader(file) if row["nomor"] == wanted), None)


def not_found(number: str) -> Result:
    """Say so, and have the form wait for another number."""
    return Result(
        says=(Saying(response="pesanan_tidak_ada", values={"nomor_pesanan": number[:40]}),),
        events=(
            SlotSet(name="nomor_pesanan", value=None),
            FormChanged(form="form_status_pesanan"),
            SlotSet(name="requested_slot", value="nomor_pesanan"),
        ),
    )
