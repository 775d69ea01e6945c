"""The command `sparklabs`: what a person runs on the machine itself."""

import functools
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

import typer

from sparklabs import __version__
from sparklabs.kit.errors import SparkError

app = typer.Typer(
    name="sparklabs",
    help="Runs and tends a SparkLabs platform.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
agent = typer.Typer(help="Agent files: validate, publish, compare, roll back.", no_args_is_help=True)
owner = typer.Typer(help="The platform's owner.", no_args_is_help=True)
app.add_typer(agent, name="agent")
app.add_typer(owner, name="owner")

F = TypeVar("F", bound=Callable[..., Any])
Reason = Annotated[str, typer.Option("--reason", "-m", help="Why; kept in the version's history.")]


def told(command: F) -> F:
    """Tells a coded error as sentences on standard error, exit code 1."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except SparkError as error:
            field = f" ({error.field})" if error.field else ""
            print(f"error {error.code}{field}: {error.detail}", file=sys.stderr)
            for fault in error.faults:
                print(f"  {fault.get('text') or fault}", file=sys.stderr)
            if error.hint:
                print(f"  {error.hint}", file=sys.stderr)
            raise typer.Exit(1) from None

    return run  # pyright: ignore[reportReturnType] - the same signature, kept by functools.wraps


@app.callback(invoke_without_command=True)
def root(version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Runs and tends a SparkLabs platform."""
    if version:
        print(__version__)
        raise typer.Exit


@app.command()
@told
def up() -> None:
    """Start everything on this machine: database, migrations, agents, api and worker; Ctrl-C stops it all."""
    from sparklabs.entry.up import up as run

    raise typer.Exit(run())


@app.command()
@told
def serve(
    port: Annotated[int | None, typer.Option(help="Instead of SPARKLABS_PORT.")] = None,
    host: Annotated[str | None, typer.Option(help="Instead of SPARKLABS_HOST.")] = None,
) -> None:
    """Run an api process alone; any number of them may share one database."""
    from sparklabs.entry.up import serve as run

    run(**{key: value for key, value in {"port": port, "host": host}.items() if value is not None})


@app.command()
@told
def worker() -> None:
    """Run a worker process alone: jobs, recovery and timers."""
    from sparklabs.entry.up import worker as run

    run()


@app.command()
@told
def migrate(
    phase: Annotated[
        Literal["pre", "post", "all"],
        typer.Option(help="pre: before new code is deployed; post: after; all: both."),
    ] = "all",
) -> None:
    """Bring the database to this version's shape."""
    from sparklabs.entry.up import migrate_database

    applied = migrate_database(phase)
    print("\n".join(f"applied {name}" for name in applied) or "nothing to do")


@app.command()
@told
def doctor(
    database_url: Annotated[
        bool, typer.Option("--database-url", help="Print the application role's address and nothing else.")
    ] = False,
) -> None:
    """Check the machine, the settings, the database, the agents and the models, and say what to mend."""
    from sparklabs.entry import doctor as room

    if database_url:
        print(room.database_url())
        return
    raise typer.Exit(room.examine())


@app.command()
@told
def chat(
    agent_name: Annotated[str, typer.Argument(metavar="AGENT", help="The agent's slug.")],
    message: Annotated[str | None, typer.Option("--message", "-m", help="Say this, print the answer, end.")] = None,
) -> None:
    """Talk to an agent in the terminal."""
    from sparklabs.entry.terminal import chat as run

    raise typer.Exit(run(agent_name, message=message))


@agent.command("validate")
@told
def agent_validate(files: Annotated[list[Path], typer.Argument(help="Agent files.")]) -> None:
    """Check agent files on all five levels; every fault as file:line:column  path  what is wrong  how to mend it."""
    from sparklabs.entry.agent_files import validate

    raise typer.Exit(validate(files))


@agent.command("publish")
@told
def agent_publish(
    file: Annotated[Path, typer.Argument(help="The agent file.")],
    reason: Reason = "",
    draft: Annotated[bool, typer.Option("--draft", help="Make a version without making it live.")] = False,
) -> None:
    """Make a new version of an agent from its file, live for the next turn, with the data and knowledge beside it."""
    from sparklabs.entry.agent_files import publish

    raise typer.Exit(publish(file, reason=reason, live=not draft))


@agent.command("list")
@told
def agent_list() -> None:
    """List the agents with state and version."""
    from sparklabs.entry.agent_files import list_agents

    list_agents()


@agent.command("diff")
@told
def agent_diff(
    name: Annotated[str, typer.Argument(metavar="AGENT", help="The agent's slug.")],
    old: Annotated[int | None, typer.Argument(help="Left out: the version before the live one.")] = None,
    new: Annotated[int | None, typer.Argument(help="Left out: the live version.")] = None,
) -> None:
    """Show what changed in meaning between two versions."""
    from sparklabs.entry.agent_files import diff

    diff(name, old=old, new=new)


@agent.command("rollback")
@told
def agent_rollback(
    name: Annotated[str, typer.Argument(metavar="AGENT", help="The agent's slug.")],
    version: Annotated[int, typer.Argument(help="The version to make live again.")],
    reason: Reason = "",
) -> None:
    """Make an earlier version live again."""
    from sparklabs.entry.agent_files import rollback

    rollback(name, version=version, reason=reason)


@agent.command("pause")
@told
def agent_pause(name: Annotated[str, typer.Argument(metavar="AGENT")], reason: Reason = "") -> None:
    """Stop an agent from taking messages until it is activated again."""
    from sparklabs.entry.agent_files import move

    move(name, verb="pause", reason=reason)


@agent.command("activate")
@told
def agent_activate(name: Annotated[str, typer.Argument(metavar="AGENT")], reason: Reason = "") -> None:
    """Let an agent take messages."""
    from sparklabs.entry.agent_files import move

    move(name, verb="activate", reason=reason)


@agent.command("archive")
@told
def agent_archive(name: Annotated[str, typer.Argument(metavar="AGENT")], reason: Reason = "") -> None:
    """Put an agent away; its versions and conversations stay."""
    from sparklabs.entry.agent_files import move

    move(name, verb="archive", reason=reason)


@owner.command("reset-password")
@told
def owner_reset(email: Annotated[str, typer.Argument(help="The owner's e-mail.")]) -> None:
    """Give an account a new password, printed once, and end its sessions."""
    from sparklabs.entry.agent_files import reset_password

    print(reset_password(email))


def main() -> None:
    """The entry point of the command."""
    app(prog_name="sparklabs")
