"""Forms of the platform's staff: an information page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import CleanCharField, CleanTextField
from portal.health_text import HealthText, sources_of
from portal.markup import refused_links
from portal.models import HealthVersion
from portal.models.health_page import Language


class HealthTextForm(forms.Form):
    """The text of one version. Sources are one a line: « nom | https://… »."""

    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    title = CleanCharField(label=_("Titre"), max_length=120)
    summary = CleanCharField(label=_("En une phrase"), max_length=240)
    body = CleanTextField(
        label=_("Texte"),
        max_length=12_000,
        help_text=_("## titre, - liste, **gras**, [mots](adresse). Des faits et des numéros, jamais un conseil."),
    )
    keywords = CleanCharField(
        label=_("Mots de la recherche"),
        max_length=400,
        required=False,
        help_text=_("Ce que les gens écrivent pour trouver cette page, séparé par des espaces."),
    )
    sources = CleanTextField(
        label=_("Sources"),
        max_length=2_000,
        help_text=_(
            "Une par ligne : nom, barre droite, adresse. Exemple : Service Public | https://www.service-public.fr"
        ),
    )
    reviewed_on = forms.DateField(
        label=_("Relue le"),
        input_formats=["%Y-%m-%d"],
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].widget.attrs["rows"] = 18
        self.fields["sources"].widget.attrs["rows"] = 3

    @staticmethod
    def words_of(version: HealthVersion) -> dict[str, Any]:
        """The initial values, from a version."""
        same = {name: getattr(version, name) for name in ("title", "summary", "body", "keywords", "reviewed_on")}
        lines = "\n".join(f"{label} | {url}" for label, url in sources_of(version.sources))
        return {**same, "sources": lines}

    def clean_body(self) -> str:
        text: str = self.cleaned_data["body"]
        refused = refused_links(text)
        if refused:
            sentence = _("Lien non admis : %(link)s. Une adresse https://, une page du site (/…), tel: ou sms:.")
            raise forms.ValidationError(sentence, code="link", params={"link": refused[0]})
        return text

    def clean_sources(self) -> tuple[tuple[str, str], ...]:
        found = []
        for line in self.cleaned_data["sources"].splitlines():
            if not line.strip():
                continue
            label, _bar, url = (part.strip() for part in line.rpartition("|"))
            if not label or not url.startswith("https://") or " " in url:
                raise forms.ValidationError(_("Écrivez chaque source ainsi : nom | https://adresse."), code="source")
            found.append((label, url))
        return tuple(found)

    def text(self) -> HealthText:
        given = self.cleaned_data
        names = ("title", "summary", "body", "keywords", "sources", "reviewed_on")
        return HealthText(**{name: given[name] for name in names})


class NewHealthPageForm(HealthTextForm):
    """A page that is not there yet."""

    slug = forms.SlugField(
        label=_("Adresse de la page"), max_length=80, help_text=_("En minuscules : vaccins-du-voyageur.")
    )
    language = forms.ChoiceField(label=_("Langue"), choices=Language.choices)
    position = forms.IntegerField(label=_("Rang dans la liste"), min_value=1, max_value=999, initial=100)
    field_order = ("slug", "language", "position")
