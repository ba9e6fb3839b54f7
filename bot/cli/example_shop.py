"""The small shop behind `tanggap demo`: filled at the first start, and on only where nothing else would be asked."""

from __future__ import annotations

from datetime import datetime

from bot.cli.common import errors
from bot.settings import Settings
from bot.shop.actions import shop_path
from bot.shop.filling import NUMBER_TO_TRY, fill_shop

NAME = "toko"
"""What the shop's actions are called in `actions.use`."""


def with_example_shop(settings: Settings, now: datetime) -> Settings:
    """The settings with the shop's actions, and the shop itself filled; says on stderr what to ask it.

    A project with a knowledge base or with actions of its own stays as it is.

    Raises:
        ShopError: the shop's file cannot be written.
    """
    actions = settings.actions
    if settings.bot.knowledge != "starter" or actions.use or actions.server_url:
        return settings
    fill_shop(shop_path(settings.base), now)
    errors.print(f"Toko contoh: coba [bold]status pesanan {NUMBER_TO_TRY}[/] atau [bold]ongkir ke surabaya 2 kg[/].")
    return settings.model_copy(update={"actions": actions.model_copy(update={"use": [NAME]})})
