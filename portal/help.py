"""The help pages: their addresses, titles and templates, in the order of the list."""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Topic(NamedTuple):
    """One page of help; its text is `templates/portal/help/<slug>.html`."""

    slug: str
    title: str | Promise
    summary: str | Promise
    icon: str

    @property
    def url(self) -> str:
        return f"/aide/{self.slug}/"

    @property
    def template(self) -> str:
        return f"portal/help/{self.slug}.html"


TOPICS = (
    Topic(
        "prendre-rendez-vous", _("Prendre rendez-vous"), _("Chercher, choisir une heure, confirmer."), "calendar-plus"
    ),
    Topic("deplacer-annuler", _("Déplacer ou annuler"), _("Jusqu’à quand, et ce qui se passe après."), "swap"),
    Topic("liste-attente", _("La liste d’attente"), _("Dans quel ordre une heure libre est proposée."), "bell"),
    Topic("proches", _("Pour un enfant ou un parent"), _("Qui peut prendre rendez-vous pour qui."), "users"),
    Topic("compte", _("Votre compte"), _("Code par e-mail, mot de passe, second facteur."), "lock"),
    Topic("messages", _("E-mails et SMS"), _("Ce que nous envoyons, et ce que nous n’écrivons jamais."), "mail"),
    Topic(
        "sans-internet", _("Sans internet ou avec une autre personne"), _("La fiche imprimable, le téléphone."), "print"
    ),
    Topic("urgences", _("En cas d’urgence"), _("15, 112, 114, 116 117 : qui appeler, et pour quoi."), "phone"),
    Topic("soignants", _("Vous exercez ?"), _("Votre fiche, votre agenda, vos données."), "building"),
)


def topic_of(slug: str) -> Topic | None:
    return next((topic for topic in TOPICS if topic.slug == slug), None)
