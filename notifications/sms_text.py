"""The text of an SMS as it leaves: in which alphabet, and as how many SMS it is sent and paid.

Latin letters are brought back to the SMS alphabet (`notifications.gsm7`). A name in another script would become question
marks: such a text leaves in UCS-2, which takes 70 signs instead of 160.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from notifications.gsm7 import EACH_OF_SEVERAL, ONE_SMS, septets, to_gsm7

ONE_UCS2 = 70
EACH_OF_SEVERAL_UCS2 = 67
_SPACES = re.compile(" {2,}")
_FIRST_PICTURE = 0x2190
_GLUE = "\u200d\ufe0e\ufe0f\u20e3"


class Alphabet(StrEnum):
    GSM7 = "gsm7"
    UCS2 = "ucs2"


@dataclass(frozen=True, slots=True)
class SmsText:
    """`parts` is the number of SMS it makes."""

    text: str
    alphabet: Alphabet
    parts: int


def sms_text(text: str) -> SmsText:
    """The text ready to leave. Pictures (emoji) are dropped; a letter the SMS alphabet lacks makes it UCS-2."""
    whole = unicodedata.normalize("NFC", text)
    plain = _SPACES.sub(" ", "".join(sign for sign in whole if not _is_picture(sign))).strip()
    short = to_gsm7(plain)
    if not any(_is_letter(sign) and to_gsm7(sign) == "?" for sign in plain):
        return SmsText(short, Alphabet.GSM7, _parts((septets(sign) for sign in short), ONE_SMS, EACH_OF_SEVERAL))
    units = (2 if ord(sign) > 0xFFFF else 1 for sign in plain)
    return SmsText(plain, Alphabet.UCS2, _parts(units, ONE_UCS2, EACH_OF_SEVERAL_UCS2))


def _parts(widths: Iterable[int], one: int, each: int) -> int:
    """How many SMS: a sign of two units is never cut between two of them."""
    sizes = list(widths)
    if sum(sizes) <= one:
        return 1
    count, room = 1, each
    for size in sizes:
        if size > room:
            count, room = count + 1, each
        room -= size
    return count


def _is_letter(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LMN"


def _is_picture(sign: str) -> bool:
    # Symbols, skin tones, and the selectors that glue them; signs of writing, as the degree, are below.
    return sign in _GLUE or (ord(sign) >= _FIRST_PICTURE and unicodedata.category(sign) in {"So", "Sk"})
