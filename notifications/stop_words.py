"""Whether an SMS asks for no more SMS. Pure: a text, a yes or a no."""

from core.text import fold

STOP = frozenset(
    {"stop", "stp stop", "arret", "arreter", "arretez", "desabonner", "desinscrire", "unsubscribe", "stopall"}
)
# Words that may stand beside it without changing what is asked.
_BESIDE = frozenset(
    (
        "sms",
        "svp",
        "stp",
        "merci",
        "please",
        "les",
        "ces",
        "vos",
        "messages",
        "message",
        "rappels",
        "rappel",
        "de",
        "d",
        "moi",
        "me",
        "m",
        "envoyer",
        "plus",
        "all",
        "tout",
        "tous",
    )
)
_LONGEST = 8


def is_stop(text: str) -> bool:
    """« STOP », « Arrêt SMS », « arrêtez les messages svp »: never « arrêter le traitement », nor a cancellation."""
    words = fold(text).split()
    if not words or len(words) > _LONGEST:
        return False
    return any(word in STOP for word in words) and all(word in STOP or word in _BESIDE for word in words)
