"""Our errors as the library's, which follow the names of PEP 249."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

import pyarrow as pa
from eventsourcing.persistence import (
    DatabaseError,
    DataError,
    IntegrityError,
    InternalError,
    OperationalError,
)

from planalign.domain.errors import (
    ConcurrencyError,
    LogCorruptError,
    PlanalignError,
    StorageError,
    WorkspaceBusyError,
)

__all__ = ["library_errors"]

_LIBRARY_ERRORS: tuple[tuple[type[PlanalignError], type[DatabaseError]], ...] = (
    (ConcurrencyError, IntegrityError),
    (StorageError, OperationalError),
    (WorkspaceBusyError, OperationalError),
    (LogCorruptError, InternalError),
    (PlanalignError, DatabaseError),
)


@contextmanager
def library_errors() -> Generator[None]:
    """Raise what a user of the library expects, with our error as its cause."""
    try:
        yield
    except PlanalignError as error:
        kind = next(library for ours, library in _LIBRARY_ERRORS if isinstance(error, ours))
        raise kind(str(error)) from error
    except (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError) as error:
        raise DataError(str(error)) from error
