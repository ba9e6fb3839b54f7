"""`tanggap agents …` with its options and its help. What it does stands in `bot.cli.agents`, which is imported late."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from bot.cli.options import ConfigOption, JsonOption


class Role(StrEnum):
    """The roles, as the command line names them; `conversation.tickets` says what they may."""

    agent = "agent"
    supervisor = "supervisor"
    admin = "admin"


agents = typer.Typer(no_args_is_help=True, help="Accounts for the desk in the browser.")
LoginArgument = Annotated[str, typer.Argument(help="What they sign in with: small letters, digits, dots and dashes.")]
AskOption = Annotated[bool, typer.Option("--ask", help="Ask for the password here, instead of making one.")]


@agents.command()
def add(
    login: LoginArgument,
    name: Annotated[str, typer.Option(help="What customers and colleagues read.")] = "",
    role: Annotated[Role, typer.Option(help="What they may do.")] = Role.agent,
    department: Annotated[list[str] | None, typer.Option(help="May be repeated. Without any: all of them.")] = None,
    skill: Annotated[list[str] | None, typer.Option(help="May be repeated.")] = None,
    language: Annotated[list[str] | None, typer.Option(help="A language they serve in, such as jv.")] = None,
    capacity: Annotated[int, typer.Option(help="At most this many tickets at once.", min=0, max=100)] = 5,
    telegram_id: Annotated[int | None, typer.Option(help="For the staff group, and to sign in by Telegram.")] = None,
    zone: Annotated[str, typer.Option(help="Time zone they see times in: WITA, Asia/Tokyo. Without: the desk's.")] = "",
    ask: AskOption = False,
    config: ConfigOption = None,
) -> None:
    """Make an account, and show its password once. The running service knows it at once."""
    from bot.cli.agents import add_agent

    add_agent(
        config,
        login,
        name=name,
        role=role.value,
        departments=department or [],
        skills=skill or [],
        languages=language or [],
        capacity=capacity,
        telegram_id=telegram_id,
        zone=zone,
        ask_password=ask,
    )


@agents.command(name="list")
def list_accounts(config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show who has an account, and what they may do."""
    from bot.cli.agents import list_agents

    list_agents(config, as_json)


@agents.command()
def disable(login: LoginArgument, config: ConfigOption = None) -> None:
    """Sign somebody out, and let them in no more."""
    from bot.cli.agents import disable_agent

    disable_agent(config, login)


@agents.command()
def enable(login: LoginArgument, config: ConfigOption = None) -> None:
    """Let them in again."""
    from bot.cli.agents import enable_agent

    enable_agent(config, login)


@agents.command()
def zone(
    login: LoginArgument,
    name: Annotated[str, typer.Argument(help="WIB, WITA, WIT, or as in the tz database; without: the desk's.")] = "",
    config: ConfigOption = None,
) -> None:
    """Show somebody times in another time zone, from their next page on. They can choose it in their profile too."""
    from bot.cli.agents import set_zone

    set_zone(config, login, name)


@agents.command()
def passwd(login: LoginArgument, ask: AskOption = False, config: ConfigOption = None) -> None:
    """Give somebody another password, and sign them out."""
    from bot.cli.agents import set_password

    set_password(config, login, ask)
