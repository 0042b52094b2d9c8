"""Runs a command line: whatever goes wrong becomes an ``error:`` line and an exit code.

The codes: 0 done, 1 failed or refused, 2 usage or invalid input, 3 a gate found a difference,
4 workspace busy, 5 not found, 130 interrupted. Whoever reads our output may stop reading
(``| head``): that is no error.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import click

from planalign.interface.terminal.settings import Settings

if TYPE_CHECKING:
    from pydantic import ValidationError

__all__ = ["INTERRUPTED", "fail", "run"]

INTERRUPTED: Final = 130
_USAGE: Final = 2


def run(root: click.Command, arguments: Sequence[str]) -> int:
    """Run *root* with *arguments* and return the exit code."""
    settings = Settings()
    try:
        code = root.main(
            args=list(arguments), prog_name="planalign", standalone_mode=False, obj=settings
        )
        sys.stdout.flush()
    except BrokenPipeError:
        # What is still buffered has no reader; the interpreter would complain about it on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        return _interrupted()
    except Exception as error:
        return _interrupted() if _is_interruption(error) else _explained(error, settings)
    return code if isinstance(code, int) else 0


def _interrupted() -> int:
    fail("interrupted", hint="what was committed stays; `planalign log` lists it")
    return INTERRUPTED


def _is_interruption(error: BaseException | None) -> bool:
    """Whether *error* is what Ctrl-C became: DuckDB turns it into errors of its own."""
    while error is not None:
        own = type(error).__name__ == "InterruptException" or str(error) == "Query interrupted"
        if own or isinstance(error, KeyboardInterrupt):
            return True
        error = error.__cause__ or error.__context__
    return False


def fail(message: str, *, hint: str = "") -> None:
    """Say on stderr what is wrong, and what to do next."""
    click.echo(f"{click.style('error:', fg='red')} {message}", err=True, color=_colour())
    if hint:
        click.echo(f"{click.style('hint:', fg='cyan')} {hint}", err=True, color=_colour())


def _colour() -> bool | None:
    """Colour on a terminal only, and not if the reader asked for none."""
    return False if os.environ.get("NO_COLOR") else None


def _explained(error: Exception, settings: Settings) -> int:
    if settings.shows_traces:
        import traceback

        traceback.print_exception(error)
    if isinstance(error, click.exceptions.Exit):
        return error.exit_code
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.format_message(), err=True)
        return _USAGE
    if isinstance(error, click.ClickException):
        fail(error.format_message(), hint=_usage_hint(error))
        return error.exit_code
    return _explained_own(error, settings)


def _usage_hint(error: click.ClickException) -> str:
    context = error.ctx if isinstance(error, click.UsageError) else None
    return f"`{context.command_path} --help` shows what it takes" if context else ""


def _explained_own(error: Exception, settings: Settings) -> int:
    """Errors of the program's own, and bugs; these imports wait until something is wrong."""
    from pydantic import ValidationError

    from planalign.domain.errors import PlanalignError

    if isinstance(error, PlanalignError):
        fail(str(error), hint=error.hint)
        return error.exit_code
    if isinstance(error, ValidationError):
        fail(_fields(error))
        return _USAGE
    hint = "" if settings.shows_traces else "this is a bug; -vv shows where"
    fail(f"internal: {type(error).__name__}: {error}", hint=hint)
    return 1


def _fields(error: ValidationError) -> str:
    """One line for each field that a request was refused for."""
    return "\n".join(
        f"{'.'.join(str(part) for part in problem['loc']) or error.title}: "
        f"{problem['msg'].removeprefix('Value error, ')} (given: {problem['input']!r})"
        for problem in error.errors()
    )
