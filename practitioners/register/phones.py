"""French telephone numbers as the register writes them, into the international form. Pure and quick: no library call."""

from __future__ import annotations

import re

_NOT_A_DIGIT = re.compile(r"\D+")
# First four digits of an overseas number, and the country code behind which it is dialled.
_OVERSEAS = {
    "0262": "262", "0263": "262", "0269": "262", "0639": "262", "0692": "262", "0693": "262", "0590": "590",
    "0690": "590", "0691": "590", "0594": "594", "0694": "594", "0596": "596", "0696": "596", "0697": "596",
}  # fmt: skip
_PREMIUM = "089"
# « 01 23 45 67 89 / 06 12 34 56 78 », « 01 23 45 67 89 poste 12 ».
_BETWEEN = re.compile(r"[/;,|]|\s(?:ou|et|poste|p\.|ext\.?|puis)\s|\s-\s", re.IGNORECASE)


def international(text: str) -> str:
    """« 01 23 45 67 89 » → « +33123456789 »; empty for what is not a number that a patient can dial.

    Accepts +33, 0033 and (33), blanks and dots, a leading zero lost; of several numbers, or of a number and an extension,
    the first that can be dialled. Numbers at a higher price (089…) are left out.
    """
    if not text:
        return ""
    whole = _one_number(text)
    if whole or text.isdigit():
        return whole
    return next((number for part in _BETWEEN.split(text) if (number := _one_number(part))), "")


def _one_number(text: str) -> str:
    digits = _NOT_A_DIGIT.sub("", text)
    if text.strip().startswith("+") or (len(digits) == 11 and digits.startswith("33")):
        digits = "00" + digits
    if digits.startswith("00"):
        for code in ("33", "262", "590", "594", "596"):
            if digits.startswith(f"00{code}"):
                digits = "0" + digits[2 + len(code) :].removeprefix("0")
                break
    if len(digits) == 9 and digits[0] != "0":
        digits = "0" + digits
    if len(digits) != 10 or digits[0] != "0" or digits[1] == "0" or digits.startswith(_PREMIUM):
        return ""
    return f"+{_OVERSEAS.get(digits[:4], '33')}{digits[1:]}"
