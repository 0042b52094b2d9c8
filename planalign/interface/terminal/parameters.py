"""What arguments are made of: days, amounts, spans of years, points of knowledge."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Final, cast

import click

__all__ = ["DAY", "HOURS", "KNOWN", "MONEY", "YEARS"]

_AMOUNT: Final = re.compile(r"(\d{1,3}(,\d{3})+|\d+)(\.\d{1,2})?")


class _Day(click.ParamType["date"]):
    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            self.fail(f"{value!r} is no day; write YYYY-MM-DD", param, ctx)


class _Money(click.ParamType["int"]):
    """An amount in the currency, read exactly into cents: ``85,000.00`` is 8500000."""

    name = "amount"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        if isinstance(value, int):
            return value
        if not _AMOUNT.fullmatch(value):
            self.fail(f"{value!r} is no amount; write 85000, 85000.50 or 85,000.50", param, ctx)
        return int(Decimal(value.replace(",", "")) * 100)


class _Hours(click.ParamType["int"]):
    """Hours a week, read into whole minutes."""

    name = "hours"

    def convert(self, value: Any, param: Any, ctx: Any) -> int:
        if isinstance(value, int):
            return value
        if not _AMOUNT.fullmatch(value):
            self.fail(f"{value!r} is no number of hours; write 40 or 37.5", param, ctx)
        return int((Decimal(value.replace(",", "")) * 60).to_integral_value())


class _Years(click.ParamType["tuple[int, int]"]):
    name = "years"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int]:
        if isinstance(value, tuple):
            return cast("tuple[int, int]", value)
        found = re.fullmatch(r"(\d{4})(?:[-–](\d{4}))?", value)
        if not found:
            self.fail(f"{value!r} is no year; write 2025 or 2025-2029", param, ctx)
        first, last = int(found[1]), int(found[2] or found[1])
        if last < first:
            self.fail(f"{value}: the last year is before the first", param, ctx)
        return first, last


class _Known(click.ParamType["int | datetime"]):
    """A commit's number or an instant; an instant without a zone is in UTC."""

    name = "commit|instant"

    def convert(self, value: Any, param: Any, ctx: Any) -> int | datetime:
        if isinstance(value, int | datetime):
            return value
        if value.isascii() and value.isdecimal() and len(value) < 8:
            return int(value)
        try:
            instant = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no commit's number and no instant (ISO 8601)", param, ctx)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)


DAY: Final = _Day()
MONEY: Final = _Money()
HOURS: Final = _Hours()
YEARS: Final = _Years()
KNOWN: Final = _Known()
