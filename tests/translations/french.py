"""Finds French in what an English reader sees: the text of a page, and the attributes that are read out or shown."""

import re
from html.parser import HTMLParser

# Words that French sentences can hardly do without, and that English, names and addresses do not use.
WORDS = re.compile(
    r"\b(?:vous|votre|vos|nous|une|des|pour|avec|dans|chez|aux|est|sont|cette|ces|son|ses|leurs?|que|qui|ne|pas|plus"
    r"|aucune?|toutes?|tous|rendez-vous|cr[ée]neaux?|cabinets?|soignante?s?|motifs?|proches|compte|connexion|connecter"
    r"|rechercher|chercher|annuler|d[ée]placer|confirmer|choisir|choisissez|[ée]crivez|ajouter|retirer|enregistrer"
    r"|continuer|revenir|voir|changer|fermer|aide|adresse|heure|jours?|janvier|f[ée]vrier|juillet|ao[ûu]t"
    r"|septembre|octobre|novembre|d[ée]cembre|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b",
    re.IGNORECASE,
)
# « les » and « sans » also begin the names of places and fonts.
SMALL_WORDS = re.compile(r"\b(?:le|la|les|du|sans|sur|par|et|ou)\b")
SIGNS = re.compile(r"[«»]|\b[ldnsj]’[a-zéèêà]|\bqu’|[ \u00a0][:;?!](?:\s|$)")
ADDRESSES = re.compile(r"https?://\S+")
NAMES = (
    "Libre réponse 71120, 75342 Paris Cedex 07",
    "Défenseur des droits",
    "Agence du numérique en santé",
    "Communes",
    "carte Vitale",
)
READ_ATTRIBUTES = {"aria-label", "aria-description", "title", "placeholder", "alt", "content"}
UNREAD = {"script", "style"}
EMPTY = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


def french_in(text: str, names: tuple[str, ...] = ()) -> list[str]:
    """What betrays a French sentence in a text, addresses of pages and proper names taken out."""
    text = ADDRESSES.sub("", text)
    for name in (*NAMES, *names):
        text = text.replace(name, "")
    return [found[0] for pattern in (WORDS, SMALL_WORDS, SIGNS) for found in pattern.finditer(text)]


def french_on(page: str, names: tuple[str, ...] = ()) -> list[str]:
    """The pieces of an HTML page that hold French outside of elements marked as French."""
    reader = _Reader()
    reader.feed(page)
    return [piece for piece in reader.pieces if french_in(piece, names)]


class _Reader(HTMLParser):
    """Collects what is shown or read out. An element in French by its `lang`, the page's own aside, is passed over."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._passed_over: list[bool] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        skipped = tag in UNREAD or (tag != "html" and given.get("lang") == "fr") or any(self._passed_over[-1:])
        if tag not in EMPTY:
            self._passed_over.append(skipped)
        if not skipped:
            self.pieces += [value for name, value in attrs if value and _is_read(name, value)]

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and self._passed_over:
            self._passed_over.pop()

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(self._passed_over[-1:]):
            self.pieces.append(" ".join(data.split(" ")).strip())


def _is_read(name: str, value: str) -> bool:
    """Scripts show the `data-` attributes that hold a sentence; addresses and identifiers have no blank."""
    return name in READ_ATTRIBUTES or (name.startswith("data-") and " " in value)
