"""Moments."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from ee_export_widget.emulator.objects import Date

from .registry import AlgorithmError, algorithm

if TYPE_CHECKING:
    from ee_export_widget.emulator.evaluate import Evaluator
    from ee_export_widget.emulator.objects import Value

_MILLISECONDS = {"second": 1000, "minute": 60_000, "hour": 3_600_000, "day": 86_400_000, "week": 604_800_000}
_MEAN_MONTH_MS = 2_629_746_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_FORMAT = {"yyyy": "%Y", "YYYY": "%Y", "MM": "%m", "dd": "%d", "HH": "%H", "mm": "%M", "ss": "%S", "DDD": "%j"}


def _moment(date: Date) -> datetime:
    return _EPOCH + timedelta(milliseconds=date.milliseconds)


def _from_moment(moment: datetime) -> Date:
    return Date((moment - _EPOCH) / timedelta(milliseconds=1))


@algorithm("Date", "value:Object timeZone:String?", "Date", "Returns a moment.")
def _date(_: Evaluator, value: Value, _zone: str | None) -> Date:
    if isinstance(value, str):
        moment = datetime.fromisoformat(value)
        return _from_moment(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
    return value if isinstance(value, Date) else Date(value)


@algorithm("Date.fromYMD", "year:Integer month:Integer day:Integer timeZone:String?", "Date", "Returns a day.")
def _from_ymd(_: Evaluator, year: int, month: int, day: int, _zone: str | None) -> Date:
    return _from_moment(datetime(year, month, day, tzinfo=UTC))


@algorithm("Date.millis", "date:Date", "Long", "Returns the milliseconds since 1970.")
def _millis(_: Evaluator, date: Date) -> int:
    return int(date.milliseconds)


@algorithm("Date.format", "date:Date format:String? timeZone:String?", "String", "Returns a moment as text.")
def _date_format(_: Evaluator, date: Date, pattern: str | None, _zone: str | None) -> str:
    moment = _moment(date)
    if pattern is None:
        return moment.replace(tzinfo=None).isoformat(timespec="seconds")
    return re.sub("|".join(_FORMAT), lambda found: moment.strftime(_FORMAT[found[0]]), pattern)


@algorithm("Date.get", "date:Date unit:String timeZone:String?", "Long", "Returns the year, month, day and so on.")
def _date_get(_: Evaluator, date: Date, unit: str, _zone: str | None) -> int:
    if unit not in {"year", "month", "day", "hour", "minute", "second"}:
        raise AlgorithmError(f"Unknown unit '{unit}'.")
    return int(getattr(_moment(date), unit))


@algorithm("Date.advance", "date:Date delta:Float unit:String timeZone:String?", "Date", "Moves a moment.")
def _advance(_: Evaluator, date: Date, delta: float, unit: str, _zone: str | None) -> Date:
    if unit in {"month", "year"}:
        moment = _moment(date)
        months = moment.year * 12 + moment.month - 1 + round(delta * (12 if unit == "year" else 1))
        return _from_moment(moment.replace(year=months // 12, month=months % 12 + 1))
    return Date(date.milliseconds + delta * _unit(unit))


@algorithm("Date.difference", "date:Date start:Date unit:String", "Float", "Returns the time between two moments.")
def _difference(_: Evaluator, date: Date, start: Date, unit: str) -> float:
    return (date.milliseconds - start.milliseconds) / _unit(unit)


def _unit(name: str) -> int:
    units = {**_MILLISECONDS, "month": _MEAN_MONTH_MS, "year": 12 * _MEAN_MONTH_MS}
    if name not in units:
        raise AlgorithmError(f"Unknown unit '{name}'.")
    return units[name]
