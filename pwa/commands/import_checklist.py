"""Knows the command that imports checklists of any kind, from as many files as there are: all of them, or none."""

from collections.abc import Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path

import click

from pwa.checklists.ready_made import list_ready_made
from pwa.commands.checklist_words import lines_of_previews
from pwa.commands.import_file import (
    LEFT_OUT,
    NOTHING_IMPORTED,
    asked_now,
    do_import,
    do_list_refused,
    of_every_kind,
    say_as_json,
)
from pwa.commands.import_words import TellingTerminal, counted, lines_of
from pwa.commands.terminal import database_or_stop, in_words, say, settings_or_stop, stop
from pwa.config import Settings, read_settings
from pwa.imports.apply.imported import SILENT, Chosen, Imported, NotImported, Telling
from pwa.imports.queries.file_imports import Kind
from pwa.imports.read.mistakes import Mistake
from pwa.words import N_

REPLACED = N_(
    "Checklists that are there and have other steps, in whose place Hånd's of the same name would come: %(number)d. The next plan gives them to visits."
)
COUNTED = ("added", "moved", "changed", "cancelled", "unchanged", "skipped")


@click.command(
    "checklist",
    help=say("Import checklists from each FILE: a FHIR Questionnaire, an XLSForm, a list in Excel or CSV."),
)
@click.option("--name", default="", help=say("What the checklist is to be called, where a file has one."))
@click.option("--ours", is_flag=True, help=say("Also Hånd's own checklists, which are ready to use."))
@click.option(
    "--yes-replace",
    type=click.IntRange(1),
    help=say("Yes, so many of Hånd's take the place of checklists of the same name."),
)
@of_every_kind(nargs=-1)
def checklist(
    files: tuple[Path, ...],
    name: str,
    ours: bool,
    yes_replace: int | None,
    ignored: tuple[str, ...],
    skip_bad: bool,
    dry_run: bool,
    wants_json: bool,
) -> None:
    """Checklists of other systems, and of leaders."""
    files = (*files, *list_ready_made()) if ours else files
    if not files:
        raise click.MissingParameter(param_hint=say("FILE"), param_type="argument")
    settings = settings_or_stop(read_settings)
    database_or_stop(settings)
    chosen = Chosen(skip_bad, dry_run, name=name, ignored=ignored)
    telling = SILENT if wants_json else TellingTerminal().telling()
    with in_words(settings):
        if ours and not dry_run:
            _stop_if_replaced(settings, yes_replace)
        outcome = _import(settings, files, chosen, telling)
    code = _code(outcome)
    if wants_json:
        say_as_json(code, chosen, outcome)
        return
    for line in [*lines_of(outcome.warnings), *lines_of(outcome.mistakes)]:
        click.echo(line, err=True)
    for line in lines_of_previews(outcome.previews, in_full=dry_run):
        click.echo(line)
    if isinstance(outcome, NotImported):
        raise stop(
            say(NOTHING_IMPORTED),
            *([say("With --skip-bad the rest comes over.")] if outcome.previews else []),
        )
    click.echo(counted(outcome))
    if outcome.skipped:
        click.echo(say("Rows left out: %(number)d.", number=outcome.skipped))
    if dry_run:
        click.echo(say("This was a try: nothing was written."))
    click.get_current_context().exit(code)


def _stop_if_replaced(settings: Settings, yes: int | None) -> None:
    """Ask, if a checklist of ours would take the place of one of the same name with other steps: plans hand it out at once."""
    tried = [_one(settings, file, Chosen(dry_run=True), SILENT) for file in list_ready_made()]
    replaced = [each for outcome in tried for each in outcome.previews if each.is_new and each.version > 1]
    if replaced and yes != len(replaced):
        raise stop(
            say(REPLACED, number=len(replaced)),
            *lines_of_previews(replaced, in_full=False),
            say("If that is right, add: --yes-replace %(number)d", number=len(replaced)),
            say(NOTHING_IMPORTED),
        )


def _code(outcome: Imported | NotImported) -> int:
    if isinstance(outcome, NotImported):
        return 1
    return LEFT_OUT if outcome.mistakes else 0


def _import(
    settings: Settings, files: Sequence[Path], chosen: Chosen, telling: Telling
) -> Imported | NotImported:
    """All files are tried before the first is written, so that one that is wrong leaves nothing half done."""
    if len(files) == 1:
        return _one(settings, files[0], chosen, telling)
    tried = [(file, _one(settings, file, replace(chosen, dry_run=True), SILENT)) for file in files]
    refused: list[tuple[Kind, Path, NotImported]] = [
        ("checklists", file, outcome) for file, outcome in tried if isinstance(outcome, NotImported)
    ]
    if refused and not chosen.dry_run:
        do_list_refused(settings, refused)
    if (refused and not chosen.skip_bad) or len(refused) == len(tried):
        mistakes, warnings = list(_of(tried, "mistakes")), list(_of(tried, "warnings"))
        all_of_them = NotImported(mistakes, warnings)
        all_of_them.previews = tuple(each for _, outcome in tried for each in outcome.previews)
        return all_of_them
    if not chosen.dry_run:
        tried = [
            (file, outcome if isinstance(outcome, NotImported) else _one(settings, file, chosen, telling))
            for file, outcome in tried
        ]
    return _together(tried)


Outcomes = Sequence[tuple[Path, Imported | NotImported]]


def _together(outcomes: Outcomes) -> Imported:
    """What came of all files, as of one."""
    whole = Imported()
    for _, outcome in outcomes:
        if isinstance(outcome, Imported):
            for name in COUNTED:
                setattr(whole, name, getattr(whole, name) + getattr(outcome, name))
        whole.previews += outcome.previews
    whole.mistakes, whole.warnings = tuple(_of(outcomes, "mistakes")), tuple(_of(outcomes, "warnings"))
    return whole


def _of(outcomes: Outcomes, what: str) -> Iterator[Mistake]:
    """What is wrong or odd in each file, with its name."""
    for file, outcome in outcomes:
        for mistake in getattr(outcome, what):
            given = {field.name: getattr(mistake, field.name) for field in fields(Mistake)}
            yield Mistake(**{**given, "file": file.name})


def _one(settings: Settings, file: Path, chosen: Chosen, telling: Telling) -> Imported | NotImported:
    try:
        [imported] = do_import(settings, [("checklists", file)], chosen, telling, asked_now())
    except NotImported as refused:
        return refused
    return imported
