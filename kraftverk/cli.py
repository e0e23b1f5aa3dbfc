"""The command line. Everything heavy is imported inside the command that needs it, so that --help is quick."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from kraftverk import approval_commands, audit_commands, item_commands, queue_commands, rules_commands
from kraftverk.errors import known_errors

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Kraftverk: robots and integrations for collection.",
)
app.add_typer(item_commands.app, name="items", help="Work items: list, show, retry, settle, close.")
app.add_typer(queue_commands.app, name="queues", help="Work queues and outside systems: pause, release, open again.")
app.add_typer(approval_commands.app, name="approvals", help="Two-person control: list, show, approve, reject.")
app.add_typer(audit_commands.app, name="audit", help="The chain of events.")
app.add_typer(rules_commands.app, name="rules", help="The rules of law against worked cases.")
db = typer.Typer(no_args_is_help=True)
app.add_typer(db, name="db", help="The hub's database.")


@app.command()
def demo(
    population: Annotated[
        Path | None, typer.Option(help="The world to load; the product's own small one if not given.")
    ] = None,
    as_of: Annotated[str | None, typer.Option(help="Today in that world, YYYY-MM-DD.")] = None,
    once: Annotated[
        bool, typer.Option(help="End when everything is at rest; exit 1 if anything is still deferred.")
    ] = False,
    export: Annotated[Path | None, typer.Option(help="Write what the world and the hub look like afterwards.")] = None,
    week: Annotated[Path | None, typer.Option(help="Go on through the days of a moving world.")] = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes.")] = 1,
    postgres: Annotated[bool, typer.Option(help="Use a PostgreSQL server of the demo's own.")] = False,
    faults: Annotated[float, typer.Option(min=0, max=1, help="Rate of every fault the simulators know.")] = 0.0,
    state: Annotated[Path, typer.Option(help="The demo's own folder; emptied at start.")] = Path("var/demo"),
) -> None:
    """Run a night against simulated systems: real robots, a real browser, a real Prefect."""
    from kraftverk.demo import DemoOrder, run_demo

    raise typer.Exit(run_demo(DemoOrder(population, as_of, once, export, week, workers, postgres, faults, state)))


@app.command()
def run(
    name: Annotated[str, typer.Argument(help="An automation, or a round: «nightly», «morning».")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Plan and report, do nothing.")] = False,
    local: Annotated[bool, typer.Option("--local", help="In this process, without Prefect.")] = False,
    as_of: Annotated[str | None, typer.Option(help="The night to run, YYYY-MM-DD.")] = None,
) -> None:
    """Run an automation now, and wait for it."""
    from kraftverk.running import run_automation

    raise typer.Exit(run_automation(name, dry_run=dry_run, local=local, as_of=as_of))


@app.command(name="try")
def try_(
    name: Annotated[str, typer.Argument(help="An automation.")],
    reference: Annotated[str, typer.Argument(help="The reference of one unit of work, or a kravnr in it.")],
    headed: Annotated[bool, typer.Option("--headed", help="Show the browser.")] = False,
) -> None:
    """Find one unit of work, plan it from fresh facts and show the plan. Changes nothing."""
    from kraftverk.running import try_one

    raise typer.Exit(try_one(name, reference, headed=headed))


@app.command()
def new(name: Annotated[str, typer.Argument(help="The automation's name: english-with-hyphens.")]) -> None:
    """Make a new automation to fill in: its file, a page object, a test and its error texts."""
    from kraftverk.scaffold import make_automation

    for path in make_automation(name, Path.cwd()):
        typer.echo(f"made {path}")


@app.command()
def export(folder: Annotated[Path, typer.Argument(help="Where the CSV files go.")]) -> None:
    """Write what the world and the hub look like after the latest run."""
    from flows.installation import Installation
    from kraftverk.export import export_run

    for path in export_run(Installation.open(), folder):
        typer.echo(f"wrote {path}")


@app.command()
def report(
    automation: Annotated[str | None, typer.Option(help="One automation; all of them together if not given.")] = None,
    as_of: Annotated[str | None, typer.Option(help="The night, YYYY-MM-DD; today's if not given.")] = None,
    out: Annotated[Path, typer.Option(help="Where the workbook and the CSV files go.")] = Path(),
    avstem: Annotated[bool, typer.Option("--avstem", help="Ask the systems again for what was changed.")] = False,
) -> None:
    """Write the control report of a night; exit 1 when its balance does not add up or a krav deviates."""
    from kraftverk.report import ReportOrder, report_night
    from kraftverk.usage import parse_date

    raise typer.Exit(report_night(ReportOrder(automation, parse_date(as_of), out, avstem)))


@app.command()
def effect() -> None:
    """What the SMS before the legal step have done, measured against those that were held back."""
    from kraftverk.effect import tell_effect

    tell_effect()


@app.command()
def retention(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Count what has had its time, delete nothing.")] = False,
) -> None:
    """Delete what has been kept as long as it may be, now; the night does it too."""
    from kraftverk.retention import delete_what_is_old

    delete_what_is_old(dry_run=dry_run)


@app.command()
def morgenmelding(
    print_: Annotated[bool, typer.Option("--print", help="Show it here, and send nothing.")] = False,
    again: Annotated[bool, typer.Option("--again", help="Send it also where it has been sent for this night.")] = False,
) -> None:
    """Tell by e-mail and Teams how the night went; exit 1 when it could not be sent everywhere."""
    from kraftverk.varsling import send_morgenmelding

    raise typer.Exit(send_morgenmelding(only_print=print_, again=again))


@app.command()
def vakthund() -> None:
    """For a timer outside Prefect: when a night has not come through in time, tell somebody, and exit 1."""
    from kraftverk.varsling import watch

    raise typer.Exit(watch())


@app.command()
def doctor(
    env: Annotated[
        str | None, typer.Option(help="Say what an environment still lacks: test, production, or a .toml file.")
    ] = None,
    live: Annotated[
        bool, typer.Option("--live", help="Hold the open Enhetsregisteret against our contract; needs the internet.")
    ] = False,
) -> None:
    """Check the database, Prefect, the browser and every system; each fault with its remedy."""
    if live:
        from kraftverk.live import check_live

        raise typer.Exit(check_live())
    if env is not None:
        from kraftverk.readiness import tell_what_is_missing

        raise typer.Exit(tell_what_is_missing(env))
    from kraftverk.doctor import examine

    raise typer.Exit(examine())


@app.command()
def console(
    links: Annotated[bool, typer.Option("--links", help="Print a new one-time login link for each role.")] = False,
) -> None:
    """The web console, until Ctrl-C."""
    from kraftverk import console_server

    if links:
        from config.settings import load

        for role, link in console_server.links(load()).items():
            typer.echo(f"{role:15s} {link}")
        return
    console_server.serve()


@app.command()
def assets() -> None:
    """Fetch what others have made for the console's pages: Designsystemet and htmx. Set-up does it."""
    from kraftverk.assets import provide

    typer.echo(provide())


@app.command(add_help_option=False, context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def sandbox(context: typer.Context) -> None:
    """Start the simulators alone; the options are those of `python -m sandbox`."""
    from sandbox.__main__ import main as start

    sys.argv = ["kraftverk sandbox", *context.args]
    raise typer.Exit(start())


@db.command()
def upgrade() -> None:
    """Bring the database to the version of this code."""
    from config.settings import load
    from hub.storage import migrate
    from hub.storage.database import Database

    database = Database(load().database)
    made = database.missing_file
    migrate.upgrade(database)
    typer.echo(f"{made} is made: a hub without items." if made else "The database is up to date.")


def main() -> None:
    """Entry point: a known error is one sentence on stderr and exit code 1, 2 for a wrong command line."""
    try:
        app()
    except Exception as error:
        sentence = known_errors(error)
        if sentence is None:
            raise
        typer.echo(sentence, err=True)
        sys.exit(1)
