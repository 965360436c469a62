"""What the account writes to people: one function per event, each a short letter. Written in the reader's language.

Subjects say what happened and nothing else; no code ever stands in a subject, which lock screens show.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.devices import name_of_device
from core import phrasing

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Letter:
    """`lines` are paragraphs; `code` is shown large; `path` and `label` make one button."""

    subject: str
    lines: tuple[str, ...]
    code: str = ""
    path: str = ""
    label: str = ""


Writer = Callable[[Facts], Letter]
_writers: dict[str, Writer] = {}


def letter(name: str) -> Callable[[Writer], Writer]:
    def register(writer: Writer) -> Writer:
        _writers[name] = writer
        return writer

    return register


def is_known(name: str) -> bool:
    return name in _writers


def known_names() -> list[str]:
    return sorted(_writers)


def write(name: str, facts: Facts) -> Letter:
    """The letter of that name. Raises KeyError when there is none."""
    return _writers[name](facts)


def _grouped(code: object) -> str:
    """Six digits in two groups, easier to read and to copy."""
    text = str(code)
    return f"{text[:3]} {text[3:]}" if len(text) == 6 else text


def _moment(value: object) -> str:
    """On the clock of Paris, and saying so: nobody knows where the letter is read."""
    instant = datetime.fromisoformat(str(value))
    return _("%(moment)s (heure de Paris)") % {"moment": phrasing.when_text(instant, "Europe/Paris")}


def _not_you() -> str:
    return _("Si ce n’était pas vous, ne faites rien : sans ce code, personne n’entre.")


def _code_letter(subject: str, opening: str, code: object) -> Letter:
    return Letter(
        subject=subject,
        lines=(opening, _("Il est valable dix minutes, dans la page où vous l’avez demandé."), _not_you()),
        code=_grouped(code),
    )


@letter("login_code")
def login_code(facts: Facts) -> Letter:
    return _code_letter(_("Votre code Prendsoin"), _("Voici le code qui ouvre votre compte."), facts["code"])


@letter("email_confirmation_signup")
def email_confirmation_signup(facts: Facts) -> Letter:
    return _code_letter(_("Votre code Prendsoin"), _("Voici le code qui confirme votre adresse."), facts["code"])


@letter("email_confirmation")
def email_confirmation(facts: Facts) -> Letter:
    return _code_letter(
        _("Confirmez votre adresse"), _("Voici le code qui confirme cette adresse e-mail."), facts["code"]
    )


@letter("password_reset_code")
def password_reset_code(facts: Facts) -> Letter:
    return _code_letter(
        _("Choisir un nouveau mot de passe"),
        _("Voici le code qui permet de choisir un nouveau mot de passe."),
        facts["code"],
    )


@letter("proof_code")
def proof_code(facts: Facts) -> Letter:
    return _code_letter(_("Votre code Prendsoin"), _("Voici le code qui confirme que c’est bien vous."), facts["code"])


@letter("account_already_exists")
def account_already_exists(facts: Facts) -> Letter:
    return Letter(
        subject=_("Vous avez déjà un compte"),
        lines=(
            _("Une inscription a été demandée avec cette adresse, qui a déjà un compte."),
            _("Pour l’ouvrir, recevez un code à cette adresse."),
            _("Si ce n’était pas vous, ne faites rien."),
        ),
        path=reverse("account_request_login_code"),
        label=_("Ouvrir mon compte"),
    )


@letter("unknown_account")
def unknown_account(facts: Facts) -> Letter:
    return Letter(
        subject=_("Aucun compte à cette adresse"),
        lines=(
            _("Un accès a été demandé avec cette adresse, mais aucun compte ouvert n’y correspond."),
            _("Vous avez peut-être donné une autre adresse. Vous pouvez aussi créer un compte."),
            _("Si ce n’était pas vous, ne faites rien."),
        ),
        path=reverse("account_signup"),
        label=_("Créer un compte"),
    )


def _change_letter(subject: str, what: str, facts: Facts) -> Letter:
    return Letter(
        subject=subject,
        lines=(
            what,
            _("Quand : %(moment)s") % {"moment": _moment(facts["timestamp"])} if facts.get("timestamp") else "",
            _("Depuis l’adresse %(ip)s, avec : %(browser)s")
            % {"ip": facts["ip"], "browser": name_of_device(str(facts.get("user_agent", "")))}
            if facts.get("ip")
            else "",
            _("Si ce n’était pas vous, fermez les autres sessions et changez votre mot de passe sans attendre."),
        ),
        path=reverse("usersessions_list"),
        label=_("Voir mes sessions"),
    )


@letter("password_changed")
def password_changed(facts: Facts) -> Letter:
    return _change_letter(_("Mot de passe changé"), _("Le mot de passe de votre compte a été changé."), facts)


@letter("password_reset")
def password_reset(facts: Facts) -> Letter:
    return password_changed(facts)


@letter("password_set")
def password_set(facts: Facts) -> Letter:
    return _change_letter(_("Mot de passe choisi"), _("Un mot de passe a été choisi pour votre compte."), facts)


@letter("email_changed")
def email_changed(facts: Facts) -> Letter:
    what = _("L’adresse de votre compte est devenue %(new)s. Celle-ci, %(old)s, ne l’ouvre plus.") % {
        "new": facts["to_email"],
        "old": facts["from_email"],
    }
    return Letter(
        subject=_("L’adresse de votre compte a changé"),
        lines=(
            what,
            _("Quand : %(moment)s") % {"moment": _moment(facts["timestamp"])},
            _("Si ce n’était pas vous, prévenez-nous depuis la page d’aide du site."),
        ),
    )


@letter("phone_changed")
def phone_changed(facts: Facts) -> Letter:
    return _change_letter(
        _("Numéro de mobile changé"), _("Le numéro de mobile de votre compte a été changé ou retiré."), facts
    )


@letter("totp_activated")
def totp_activated(facts: Facts) -> Letter:
    return _change_letter(
        _("Second facteur activé"), _("Une application d’authentification protège désormais votre compte."), facts
    )


@letter("totp_deactivated")
def totp_deactivated(facts: Facts) -> Letter:
    return _change_letter(
        _("Second facteur retiré"), _("L’application d’authentification ne protège plus votre compte."), facts
    )


@letter("webauthn_added")
def webauthn_added(facts: Facts) -> Letter:
    return _change_letter(_("Clé d’accès ajoutée"), _("Une clé d’accès a été ajoutée à votre compte."), facts)


@letter("webauthn_removed")
def webauthn_removed(facts: Facts) -> Letter:
    return _change_letter(_("Clé d’accès retirée"), _("Une clé d’accès a été retirée de votre compte."), facts)


@letter("recovery_codes_generated")
def recovery_codes_generated(facts: Facts) -> Letter:
    return _change_letter(
        _("Nouveaux codes de secours"), _("De nouveaux codes de secours ont remplacé les anciens."), facts
    )


@letter("lost_factor_announced")
def lost_factor_announced(facts: Facts) -> Letter:
    return Letter(
        subject=_("Second facteur perdu : retrait prévu"),
        lines=(
            _("Quelqu’un qui connaît votre accès a déclaré avoir perdu le second facteur de votre compte."),
            _("Sans opposition de votre part, il sera retiré le %(moment)s.") % {"moment": _moment(facts["due_at"])},
            _("Si ce n’était pas vous, arrêtez ce retrait et changez votre mot de passe."),
        ),
        path=reverse("accounts:lost_factor_cancel", args=[facts["token"]]),
        label=_("Arrêter le retrait"),
    )


@letter("lost_factor_cancelled")
def lost_factor_cancelled(facts: Facts) -> Letter:
    return Letter(
        subject=_("Second facteur gardé"),
        lines=(_("Le retrait du second facteur de votre compte est arrêté. Rien n’a changé."),),
    )


@letter("lost_factor_removed")
def lost_factor_removed(facts: Facts) -> Letter:
    return Letter(
        subject=_("Second facteur retiré"),
        lines=(
            _("Comme annoncé, le second facteur de votre compte a été retiré et toutes les sessions sont fermées."),
            _("Connectez-vous, puis choisissez un nouveau second facteur."),
        ),
        path=reverse("account_login"),
        label=_("Me connecter"),
    )


@letter("account_closed")
def account_closed(facts: Facts) -> Letter:
    return Letter(
        subject=_("Votre compte est fermé"),
        lines=(
            _("Votre compte Prendsoin est fermé et ce qui vous désignait y a été effacé."),
            _("Les cabinets gardent les dossiers que la loi leur demande de garder."),
        ),
    )


@letter("copy_ready")
def copy_ready(facts: Facts) -> Letter:
    return Letter(
        subject=_("Votre copie est prête"),
        lines=(
            _("La copie de vos données que vous avez demandée vous attend dans votre compte."),
            _("Elle y reste jusqu’à : %(moment)s.") % {"moment": _moment(facts["due_at"])},
            _("Si ce n’était pas vous, fermez les autres sessions et changez votre mot de passe sans attendre."),
        ),
        path=reverse("accounts:export"),
        label=_("Ouvrir mes données"),
    )
