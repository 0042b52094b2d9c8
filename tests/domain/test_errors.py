from __future__ import annotations

import copy
import pickle
import re
from collections.abc import Callable, Iterator

import pytest

from planalign.domain import errors
from planalign.domain.errors import EmployeeRefusedError, PlanalignError, RejectedRowsError

KINDS: list[type[PlanalignError]] = [getattr(errors, name) for name in errors.__all__]

every_kind = pytest.mark.parametrize("kind", KINDS, ids=errors.__all__)


MAKERS: dict[type[PlanalignError], Callable[[str, str], PlanalignError]] = {
    EmployeeRefusedError: lambda message, hint: EmployeeRefusedError(
        "E-1", "not_active", message, hint=hint
    ),
    RejectedRowsError: lambda message, hint: RejectedRowsError(message, [(7, "level")], hint=hint),
}


def one_of(kind: type[PlanalignError]) -> PlanalignError:
    if kind in MAKERS:
        return MAKERS[kind]("left in March", "hire again first")
    return kind("left in March", hint="hire again first")


def pickled(error: PlanalignError) -> PlanalignError:
    again: PlanalignError = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    return again


def drawn_tree() -> Iterator[tuple[str, str]]:
    """(error, parent) for each line of the tree in the module's docstring."""
    branch: list[tuple[int, str]] = []
    for line in (errors.__doc__ or "").splitlines():
        if found := re.match(r"^[ │├└─]*(?P<name>[A-Z]\w+Error)\b", line):
            depth = found.start("name")
            branch = [step for step in branch if step[0] < depth]
            yield found["name"], branch[-1][1] if branch else "Exception"
            branch.append((depth, found["name"]))


@every_kind
@pytest.mark.parametrize(
    "copied",
    [pickled, copy.copy, copy.deepcopy],
    ids=["pickled", "copied", "deep-copied"],
)
def test_an_error_survives_the_way_to_another_process(
    kind: type[PlanalignError], copied: Callable[[PlanalignError], PlanalignError]
) -> None:
    error = one_of(kind)
    again = copied(error)

    assert type(again) is kind
    assert (str(again), again.hint, again.args) == (str(error), error.hint, error.args)
    assert vars(again) == vars(error)


def test_a_refusal_keeps_its_values_on_the_way() -> None:
    refused = pickled(one_of(EmployeeRefusedError))

    assert isinstance(refused, EmployeeRefusedError)
    assert (refused.employee_id, refused.rule) == ("E-1", "not_active")
    assert (str(refused), refused.hint) == ("E-1: left in March", "hire again first")


@every_kind
def test_the_message_does_not_repeat_the_hint(kind: type[PlanalignError]) -> None:
    assert "hire again" not in str(one_of(kind))


def test_a_hint_is_optional() -> None:
    assert PlanalignError("no").hint == ""
    assert EmployeeRefusedError("E-1", "not_hired", "no").hint == ""


def test_the_tree_in_the_docstring_is_the_tree_of_the_classes() -> None:
    assert dict(drawn_tree()) == {kind.__name__: kind.__bases__[0].__name__ for kind in KINDS}


def test_every_error_of_the_module_is_exported() -> None:
    names = {name for name, value in vars(errors).items() if isinstance(value, type)}
    assert names == set(errors.__all__)


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.InvalidInputError, 2),
        (errors.RefusedError, 1),
        (errors.ConcurrencyError, 1),
        (errors.NotFoundError, 5),
        (errors.WorkspaceBusyError, 4),
        (errors.StorageError, 1),
        (errors.CheckFailedError, 1),
        (errors.LogCorruptError, 1),
    ],
)
def test_a_branch_of_errors_has_one_exit_code(kind: type[PlanalignError], exit_code: int) -> None:
    assert {k.exit_code for k in KINDS if issubclass(k, kind)} == {exit_code}
