"""The words of replies by SMS, folded (lower case, no accents): what each kind of answer may be made of."""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


YES_SIGNS, NO_SIGNS = "👍✅👌🆗✔☑", "👎❌🚫✖"
REPEATED = re.compile(r"([a-z])\1{2,}")
# Beside a word of sense, these change nothing.
SMALL = _words(
    """
    appointment bonjour bonne bonsoir c ca ce cet cette cordialement coucou d de dear docteur du et
    hello hey hi i il it j je journee l la le les ma madame me merci mes moi mon monsieur my plait
    please pls plz rdv s salut soiree stp svp te thank thanks that the this thx un une you
    """
)
WISH = _words(
    """
    desire desole desolee dois have like malheureusement must navre navree need oblige obligee pour
    sorry souhaite souhaiterais to unfortunately veux voudrai voudrais want would
    """
)
# Understood with one letter wrong.
CANCEL_ROOTS = ("annuler", "annule", "annulez", "annulation")
CONFIRM_ROOTS = ("confirmer", "confirme", "confirmez", "confirmation")
CANCEL = _words(
    """
    annul annulons anul anulation anule anuler anulez cancel canceling cancell cancle cansel
    """
)
# One letter away from a word of cancelling, and something else.
NOT_CANCEL = _words(
    """
    annuaire annuel annuelle annuelles annuels annulaire cancer cancers
    """
)
CONFIRM = _words(
    """
    come coming confirm confirmed present presente serai viendrai viendrais viendrons viens
    """
)
YES = _words(
    """
    accord dac dacc daccord entendu oiu ok okay okey oki ouai ouaip ouais ouep oui ouii ouo oyi
    parfait pui uoi wi ye yeah yep yes yess
    """
)
BESIDE_YES = _words(
    """
    a be bien bon demain est la note noted on present see sur there tomorrow vous will y
    """
)
NO = _words(
    """
    nan nn no non nonn nope
    """
)
ABSENT = _words(
    """
    able absent absente am be can cannot cant come dispo disponible empeche empechee empechement
    impossible la make malade n ne not pas peut peux plus possible pourrai pourrais present presente
    pu serai sick suis t there unable venir viendrai viens won wont
    """
)
NEGATION = _words(
    """
    aucun aucune don dont jamais n ne never no non nope not pas sans
    """
)
SOUNDS_ABSENT = NEGATION | _words("impossible absent absente empechement malade")
COURTESY = _words(
    """
    a beaucoup bien bientot bonjour bonne bonsoir cordialement de demain docteur et great journee
    madame merci monsieur no_worry parfait recu recue rien see soiree soon super thank thanks thx
    tomorrow tres vous you
    """
)
# Several words that mean one thing. Who says why before cancelling still cancels; « je ne peux pas annuler » does not.
PHRASES = (
    (re.compile(r"\b(?:rendez vous|rendezvous|rdvs|rv)\b"), "rdv"),
    (re.compile(r"\b(?:pas de (?:soucis?|problemes?)|aucun (?:souci|probleme)|no problem|no worries)\b"), "no_worry"),
    (
        re.compile(
            r"\b(?:ne |n )?(?:peux|pourrai|pourrais|vais) (?:pas|plus) (?:pouvoir )?"
            r"(?:venir|etre la|etre presente?|me deplacer|y aller)(?= .*\ba?n+ul)"
            r"|\b(?:suis malade|ai un (?:empechement|imprevu))(?= .*\ba?n+ul)"
            r"|\b(?:can t|cannot|can not) (?:come|make it|be there)(?= .*\bcancel)"
        ),
        "",
    ),
    (re.compile(r"\b(?:can|won|don|doesn|didn) t\b"), "not"),
    (re.compile(r"\bc est bon(?: pour moi)?\b"), "oui"),
    (re.compile(r"\b(?:tous |toutes )?les (?:deux|2)\b"), "tous"),
)
FIGURES = {
    **dict.fromkeys(("un", "une", "premier", "premiere", "one", "first"), 1),
    **dict.fromkeys(("deux", "deuxieme", "second", "two"), 2),
    **dict.fromkeys(("trois", "troisieme", "three"), 3),
}
BESIDE_FIGURE = _words(
    """
    choix la le merci n no num number numero option pour rdv reponse svp the
    """
)
EVERYTHING = _words(
    """
    all both tous tout toutes
    """
)
ENGLISH = _words(
    """
    all appointment both cancel cancell confirmed my please sorry thank thanks the will yeah yep yes
    yess
    """
)
