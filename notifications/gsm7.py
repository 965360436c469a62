"""The alphabet of SMS. A letter outside it halves what fits in one SMS, so texts are brought back to it."""

import unicodedata

_BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = "^{}\\[~]|€"
_PLAIN = {
    "’": "'",
    "‘": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "–": "-",
    "—": "-",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
    "°": "o",
    "Ł": "L",
    "ł": "l",
    "Đ": "D",
    "đ": "d",
    "ı": "i",
}
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\t": " "})

ONE_SMS = 160
EACH_OF_SEVERAL = 153


def to_gsm7(text: str) -> str:
    """The text in the SMS alphabet: accents it lacks are dropped (ê → e), any other unknown sign becomes `?`."""
    return "".join(_letter(letter) for letter in text.translate(_BLANKS))


def septets(text: str) -> int:
    """How many units of the SMS alphabet the text takes; brackets, braces and the euro sign take two."""
    return sum(2 if letter in _EXTENDED else 1 for letter in text)


def parts(text: str) -> int:
    """How many SMS a text already in the alphabet is sent (and paid) as."""
    length = septets(text)
    return 1 if length <= ONE_SMS else -(-length // EACH_OF_SEVERAL)


def _letter(letter: str) -> str:
    if letter in _BASIC or letter in _EXTENDED:
        return letter
    if letter in _PLAIN:
        return _PLAIN[letter]
    base = "".join(sign for sign in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(sign))
    return base if base and all(sign in _BASIC for sign in base) else "?"
