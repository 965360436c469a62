"""What a bank says became of our debits: pain.002 (rejects) and camt.053 or camt.054 (returns). Pure.

Files come from outside: no entity, no document type, no network, a limit of size and of depth. Any version of the
three messages is read, as their names of elements agree.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from xml.etree.ElementTree import Element

import defusedxml.ElementTree
from defusedxml import DefusedXmlException

MOST_BYTES = 10_000_000
MOST_RETURNS = 50_000
DEEPEST = 60
_KIND = re.compile(r"urn:iso:std:iso:20022:tech:xsd:(pain\.002|camt\.053|camt\.054)\.001\.\d\d")
_AMOUNT = re.compile(r"\d{1,12}(\.\d{1,2})?")
_CODE = re.compile(r"[A-Z0-9]{4}")
_NOT_PROVIDED = "NOTPROVIDED"


class ReturnsUnreadable(ValueError):
    """A file that is not read at all; `code` says why and nothing was taken from it."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class BankReturn:
    """One debit given back: its reference, the bank's code, the amount when it is said, the day when it is said."""

    end_to_end: str
    code: str
    amount_cents: int | None = None
    on: date | None = None
    umr: str = ""


@dataclass(frozen=True, slots=True)
class WholeReject:
    """A file of ours that the bank refused whole, or the part of it that `part` names, without telling its debits one by one."""

    file: str
    code: str
    part: str = ""


@dataclass(frozen=True, slots=True)
class ReturnsFile:
    """`kind` is pain.002, camt.053 or camt.054; `name` the bank's own for this message."""

    kind: str
    name: str
    returns: tuple[BankReturn, ...]
    whole: tuple[WholeReject, ...] = ()


def read_returns(raw: bytes) -> ReturnsFile:
    """The returns in a file of the bank.

    Raises ReturnsUnreadable: `returns_too_large`, `returns_unsafe`, `returns_malformed`, `returns_kind`,
    `returns_too_many`.
    """
    if len(raw) > MOST_BYTES:
        raise ReturnsUnreadable("returns_too_large")
    root = _root(raw)
    found = _KIND.fullmatch(root.tag[1:].partition("}")[0]) if root.tag.startswith("{") else None
    if found is None:
        raise ReturnsUnreadable("returns_kind")
    kind = found[1]
    read = _rejects(root) if kind == "pain.002" else _entries(root)
    returns: list[BankReturn] = []
    for one in read:
        if len(returns) == MOST_RETURNS:
            raise ReturnsUnreadable("returns_too_many")
        returns.append(one)
    whole = tuple(_whole_rejects(root)) if kind == "pain.002" else ()
    return ReturnsFile(kind, _text(root, "GrpHdr", "MsgId")[:35], tuple(returns), whole)


def _root(raw: bytes) -> Element:
    try:
        root = defusedxml.ElementTree.fromstring(raw, forbid_dtd=True)
    except DefusedXmlException:
        raise ReturnsUnreadable("returns_unsafe") from None
    except (defusedxml.ElementTree.ParseError, ValueError, LookupError):
        raise ReturnsUnreadable("returns_malformed") from None
    level: list[Any] = [root]
    for _depth in range(DEEPEST):
        level = [child for one in level for child in one]
        if not level:
            return root
    raise ReturnsUnreadable("returns_unsafe")


def _rejects(root: Element) -> Iterator[BankReturn]:
    """pain.002: each transaction refused, by name."""
    for part in _all(root, "OrgnlPmtInfAndSts"):
        shared = _code_in(part)
        for row in _children(part, "TxInfAndSts"):
            if _text(row, "TxSts") not in {"RJCT", ""}:
                continue
            yield BankReturn(
                end_to_end=_reference(_text(row, "OrgnlEndToEndId")),
                code=_code_in(row) or shared or "MS03",
                amount_cents=_cents(_deep(row, "InstdAmt")),
                umr=_deep(row, "MndtId"),
            )


def _whole_rejects(root: Element) -> Iterator[WholeReject]:
    """pain.002: the file refused for all (a fault of form most often), or parts of it, where no transaction is named."""
    for head in _all(root, "OrgnlGrpInfAndSts"):
        file, code = _text(head, "OrgnlMsgId")[:35], _code_in(head)
        parts = list(_all(root, "OrgnlPmtInfAndSts"))
        if _text(head, "GrpSts") == "RJCT" and not any(
            _deep(part, "TxInfAndSts") or _text(part, "PmtInfSts") for part in parts
        ):
            yield WholeReject(file, code or "MS03")
            continue
        for part in parts:
            named = any(True for _row in _children(part, "TxInfAndSts"))
            if _text(part, "PmtInfSts") == "RJCT" and not named:
                yield WholeReject(file, _code_in(part) or code or "MS03", _text(part, "OrgnlPmtInfId")[:35])


def _entries(root: Element) -> Iterator[BankReturn]:
    """camt: each detail of an entry that bears a reason of return. What was collected bears none."""
    for entry in _all(root, "Ntry"):
        if _text(entry, "Sts").strip() in {"PDNG", "INFO"} or _deep_in(entry, "Sts", "Cd") in {"PDNG", "INFO"}:
            continue
        day = _day(_deep_in(entry, "BookgDt", "Dt") or _deep_in(entry, "ValDt", "Dt"))
        for row in _all(entry, "TxDtls"):
            code = _deep_in(row, "RtrInf", "Cd")
            if not code or (_text(row, "CdtDbtInd") or _text(entry, "CdtDbtInd")) == "CRDT":
                continue
            yield BankReturn(
                end_to_end=_reference(_deep(row, "EndToEndId")),
                code=code if _CODE.fullmatch(code) else "MS03",
                amount_cents=_cents(_deep_in(row, "OrgnlBkTxCd", "Amt") or _text(row, "Amt") or _deep(row, "InstdAmt")),
                on=day,
                umr=_deep(row, "MndtId"),
            )


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def _all(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element.iter() if _local(one) == name)


def _children(element: Element, name: str) -> Iterator[Element]:
    return (one for one in element if _local(one) == name)


def _text(element: Element, *path: str) -> str:
    """The text of a descendant by its names, the first of them anywhere when the element is a whole message."""
    if len(path) > 1:
        return next((_text(one, *path[1:]) for one in _all(element, path[0])), "")
    return next(((one.text or "").strip() for one in _children(element, path[0])), "")


def _deep(element: Element, name: str) -> str:
    return next(((one.text or "").strip() for one in _all(element, name)), "")


def _deep_in(element: Element, outer: str, name: str) -> str:
    return next((found for one in _all(element, outer) if (found := _deep(one, name))), "")


def _code_in(element: Element) -> str:
    for reason in _children(element, "StsRsnInf"):
        code = _deep(reason, "Cd")
        if _CODE.fullmatch(code):
            return code
    return ""


def _reference(text: str) -> str:
    return "" if text == _NOT_PROVIDED else text[:35]


def _cents(text: str) -> int | None:
    if not _AMOUNT.fullmatch(text):
        return None
    euros, _dot, rest = text.partition(".")
    return int(euros) * 100 + int(rest.ljust(2, "0") or 0)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        return None
