"""Base of every part of a request: frozen models that read strictly, write canonically and know their rules.

A field's annotation says everything about it: its type, title and description, and the `Rule`s that its
values should keep to. Values that break a rule can be held, because a form shows what was typed; only
what has no place in the message (an unknown member, a text for a number) is refused.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, ClassVar, Final, Self, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic.alias_generators import to_camel

from ee_export_widget.core.encoding import INT32_MAX, Opaque, drop_nulls, refuse
from ee_export_widget.core.naming import nearest, quoted
from ee_export_widget.errors import InvalidRequestError, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from pydantic import ModelWrapValidatorHandler, ValidationInfo
    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

_READING: Final = "reading JSON"
_MOST_PROBLEMS = 50
_EXPECTED = {
    "bool_type": "Must be true or false.",
    "dict_type": "Must be an object.",
    "missing": "This member is missing.",
    "model_type": "Must be an object.",
    "string_type": "Must be text.",
    "tuple_type": "Must be a list.",
}


class Rule(ABC):
    """Something that the values of a field should keep to."""

    @abstractmethod
    def check(self, field: str, value: Any) -> Iterable[Problem]:  # noqa: ANN401 - each rule knows its field's type
        """Yield what is wrong with a value; ``field`` is its JSON path."""


@dataclass(frozen=True, slots=True)
class Range(Rule):
    """Smallest and largest number that a field may have, both included, and its unit."""

    minimum: float
    maximum: float
    unit: str = ""
    whole: bool = True
    default: float | None = None
    """What the service uses where the field is not set."""

    @property
    def sentence(self) -> str:
        """What the field takes."""
        noun = "a whole number" if self.whole else "a number"
        if self.maximum < INT32_MAX:
            return f"Must be {noun} from {_plain(self.minimum)} to {_plain(self.maximum)}."
        return f"Must be {noun} of at least {_plain(self.minimum)}."

    def check(self, field: str, value: float) -> Iterable[Problem]:
        """Report a number that is outside."""
        if self.minimum <= value <= self.maximum:
            return
        too_large = value > self.maximum >= INT32_MAX
        message = f"Must be at most {_plain(self.maximum)}." if too_large else self.sentence
        nearest_bound = self.maximum if value > self.maximum else self.minimum
        default = "" if self.default is None else f" or the default {_plain(self.default)}"
        yield Problem(field, "out-of-range", "error", message, f"Use {_plain(nearest_bound)}{default}.")


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else str(number)


@dataclass(frozen=True, slots=True)
class Follows(Rule):
    """A rule that is a function of the field's path and value, such as those of `naming`."""

    rule: Callable[[str, Any], Iterable[Problem]]

    def check(self, field: str, value: Any) -> Iterable[Problem]:  # noqa: ANN401 - the function knows the type
        """Report what the function finds."""
        return self.rule(field, value)


@dataclass(frozen=True, slots=True)
class ClientOnly(Rule):
    """Marks a member that official clients know and the service does not document; never sent by the form."""

    def check(self, field: str, value: object) -> Iterable[Problem]:
        """Report that the member is there at all."""
        del value
        name = field.rpartition(".")[2]
        message = (
            f"{name} is for internal use and not documented by the service: it is kept, and left out when submitting."
        )
        yield Problem(field, "client-only-member", "warning", message, "Leave it out.")


class Message(BaseModel):
    """A message of the REST body: snake_case attributes, camelCase JSON, ``None`` for what is not set."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", alias_generator=to_camel, validate_by_name=True, validate_by_alias=True
    )

    exclusive: ClassVar[tuple[tuple[str, str, str], ...]] = ()
    """Pairs of fields of which only one may be set, each with the field to blame, empty for the whole message."""

    @model_validator(mode="wrap")
    @classmethod
    def _speak_plainly(cls, data: Any, handler: ModelWrapValidatorHandler[Self], info: ValidationInfo) -> Self:  # noqa: ANN401 - the signature is pydantic's
        """Make the constructor answer as a function does, and with our own error."""
        if info.context == _READING:
            message = handler(data)
            if found := message.contradiction():
                refuse("contradiction", found.message, member=found.field, hint=found.hint)
            return message
        if isinstance(data, dict):
            for name in data:
                if name not in cls.model_fields:
                    guess = nearest(name, cls.model_fields)
                    advice = f". Did you mean {guess!r}?" if guess else ""
                    raise TypeError(f"{cls.__name__}() got an unexpected keyword argument {name!r}{advice}")
        try:
            message = handler(data)
        except ValidationError as error:
            raise InvalidRequestError(_problems_of(error, cls, by_name=True)) from error
        if found := message.contradiction():
            raise InvalidRequestError([found])
        return message

    @classmethod
    def from_json(cls, mapping: Mapping[str, object]) -> Self:
        """Read the JSON message; members that are null count as absent.

        Raises
        ------
        InvalidRequestError
            If it is not a mapping, has an unknown member, or a member of the wrong type.
        """
        opaque = {str(field.alias) for field in cls.model_fields.values() if any(map(_is_opaque, field.metadata))}
        try:
            return cls.model_validate(drop_nulls(mapping, opaque), by_alias=True, by_name=False, context=_READING)
        except ValidationError as error:
            raise InvalidRequestError(_problems_of(error, cls)) from error

    def to_json(self) -> dict[str, Any]:
        """Write the JSON message: bare numbers, 64-bit integers as strings, no nulls, no false that is a default."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)

    def with_(self, **changes: Any) -> Self:  # noqa: ANN401 - the constructor checks each one
        """Give the same message with some fields changed.

        Raises
        ------
        TypeError
            If there is no such field.
        InvalidRequestError
            If a value has the wrong type.
        """
        return type(self)(**(dict(self) | changes))

    def canonical(self) -> Self:
        """Give the same message without the members that only official clients know."""
        changes: dict[str, Any] = {}
        for name, value in self:
            if value is None:
                continue
            if any(isinstance(mark, ClientOnly) for mark in type(self).model_fields[name].metadata):
                changes[name] = None
            elif isinstance(value, Message) and (canonical := value.canonical()) != value:
                changes[name] = canonical
        return self.with_(**changes) if changes else self

    def problems_at(self, path: str) -> Iterator[Problem]:
        """Yield what the rules of the fields say, then those of the whole message; ``path`` is where it stands."""
        for name, alias, rules in _rules_of(type(self)):
            value = getattr(self, name)
            if value is None:
                continue
            where = f"{path}.{alias}" if path else alias
            for rule in rules:
                yield from rule.check(where, value)
            if isinstance(value, Message):
                yield from value.problems_at(where)
        yield from self.relations(path)

    def contradiction(self) -> Problem | None:
        """Find members that must not be set together, with the path of one of them inside this message."""
        for first, second, member in self.exclusive:
            if getattr(self, first) is not None and getattr(self, second) is not None:
                message = f"Only one of {to_camel(first)} and {to_camel(second)} can be set."
                return Problem(to_camel(member), "contradiction", "error", message, "Remove one of the two.")
        return None

    def relations(self, path: str) -> Iterable[Problem]:
        """Yield what is wrong between the fields of this message."""
        del path
        return ()


@cache
def _rules_of(model: type[Message]) -> tuple[tuple[str, str, tuple[Rule, ...]], ...]:
    """Give every field's name, its JSON name and its rules."""
    return tuple(
        (name, str(field.alias), tuple(mark for mark in field.metadata if isinstance(mark, Rule)))
        for name, field in model.model_fields.items()
    )


def _is_opaque(mark: object) -> bool:
    return isinstance(mark, Opaque)


def _problems_of(error: ValidationError, model: type[Message], *, by_name: bool = False) -> list[Problem]:
    """Say in our words what pydantic found, with paths as the JSON has them."""
    details = islice(error.errors(include_url=False, include_input=False), _MOST_PROBLEMS)
    return [_problem_of(detail, model, by_name=by_name) for detail in details]


def _problem_of(detail: ErrorDetails, model: type[Message], *, by_name: bool) -> Problem:
    context = detail.get("ctx", {})
    parts = [str(part) for part in detail["loc"] if part != "[key]"]
    if by_name:
        parts = _json_path(parts, model)
    if not parts and detail["type"] == "model_type":
        message = "This is not an export request: it must be a JSON object."
        return Problem("", "not-an-object", "error", message, 'A request looks like {"expression": {…}, …}.')
    if detail["type"] in {"extra_forbidden", "invalid_key"}:
        return _unknown_member(parts, model)
    if member := context.get("member"):
        parts.append(member)
    if "message" in context:
        return Problem(".".join(parts), detail["type"], "error", context["message"], context.get("hint", ""))
    code = "missing-member" if detail["type"] == "missing" else "wrong-type"
    return Problem(".".join(parts), code, "error", _EXPECTED.get(detail["type"], f"{detail['msg']}."))


def _json_path(parts: list[str], model: type[Message]) -> list[str]:
    """Give a path by JSON names where the constructor was called with attribute names."""
    owner: type[Message] | None = model
    path = []
    for part in parts:
        field = owner.model_fields.get(part) if owner else None
        path.append(str(field.alias) if field else part)
        owner = _parts_of(owner).get(path[-1]) if owner else None
    return path


def _unknown_member(parts: list[str], model: type[Message]) -> Problem:
    """Name the member that was probably meant: a neighbour, or one in another part of the message."""
    name = parts[-1]
    guess = meant_member(parts, model)
    if guess is None:
        known = _known_members(model)
        match = get_close_matches(name, known, n=1, cutoff=0.8)
        guess = known[match[0]] if match else None
    hint = f"Did you mean {guess}?" if guess else "Leave it out."
    return Problem(".".join(parts), "unknown-member", "error", f"{quoted(name)} is not a field of this request.", hint)


def meant_member(path: list[str], model: type[Message]) -> str | None:
    """Give the member of the same message whose name is like that of one that does not exist."""
    *parents, name = path
    owner = model
    for parent in parents:
        owner = _parts_of(owner).get(parent, owner)
    return nearest(to_camel(name) if "_" in name else name, [str(field.alias) for field in owner.model_fields.values()])


def member_of(model: type[Message], path: str) -> FieldInfo:
    """Give the annotated field that stands at a JSON path of a message; KeyError where there is none."""
    *parents, name = path.split(".")
    owner = model
    for parent in parents:
        owner = _parts_of(owner)[parent]
    return next(field for field in owner.model_fields.values() if field.alias == name)


def leaves(model: type[Message], path: str = "") -> Iterator[tuple[str, list[Any]]]:
    """Give the JSON path and the marks of every member that is no message itself."""
    for field in model.model_fields.values():
        where = f"{path}{field.alias}"
        part = _parts_of(model).get(str(field.alias))
        if part is None or any(isinstance(mark, ClientOnly) for mark in field.metadata):
            yield where, field.metadata
        else:
            yield from leaves(part, f"{where}.")


@cache
def _parts_of(model: type[Message]) -> Mapping[str, type[Message]]:
    """Give the messages inside a message, by JSON name."""
    return {
        str(field.alias): kind
        for field in model.model_fields.values()
        for kind in (field.annotation, *get_args(field.annotation))
        if isinstance(kind, type) and issubclass(kind, Message)
    }


@cache
def _known_members(model: type[Message]) -> Mapping[str, str]:
    """Give the full path of every member by its name; of one that there is several times, the last."""
    return dict(_all_members(model, ""))


def _all_members(model: type[Message], path: str) -> Iterator[tuple[str, str]]:
    """Give the name and full path of every member of a message and of the messages inside it."""
    for field in model.model_fields.values():
        yield str(field.alias), f"{path}{field.alias}"
    for name, part in _parts_of(model).items():
        yield from _all_members(part, f"{path}{name}.")
