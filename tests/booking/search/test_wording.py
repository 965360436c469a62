"""What the headings say of specialties, numbers and places."""

import pytest
from django.utils import translation

from booking.search.wording import at_text, near_text, people_text, specialty_text
from practitioners.models import Place, Specialty
from practitioners.reference.catalogue import read_specialties

SPECIALTIES = {row.slug: Specialty(slug=row.slug, name=row.name, name_en=row.name_en) for row in read_specialties()}


@pytest.mark.parametrize(
    ("slug", "french", "english"),
    [
        ("medecin-generaliste", "médecins généralistes", "general practitioners"),
        ("sage-femme", "sages-femmes", "midwives"),
        ("orl", "ORL", "ear nose and throat specialists"),
        ("gynecologue-medical", "gynécologues médicaux", "medical gynaecologists"),
        ("gynecologue-obstetricien", "gynécologues-obstétriciens", "obstetricians and gynaecologists"),
        ("gastro-enterologue", "gastro-entérologues", "gastroenterologists"),
        ("medecin-du-travail", "médecins du travail", "occupational physicians"),
        ("infirmier-en-pratique-avancee", "infirmiers en pratique avancée", "advanced practice nurses"),
        ("chirurgien-thoracique-et-cardiaque", "chirurgiens thoraciques et cardiaques", "heart and chest surgeons"),
        ("endocrinologue-diabetologue", "endocrinologues-diabétologues", "endocrinologists and diabetes specialists"),
    ],
)
def test_specialty_takes_the_plural(slug, french, english):
    assert specialty_text(SPECIALTIES[slug], 2) == french
    with translation.override("en"):
        assert specialty_text(SPECIALTIES[slug], 2) == english


@pytest.mark.parametrize(
    ("name", "near", "at"),
    [
        ("Lyon", "près de Lyon", "à Lyon"),
        ("Les Lilas", "près des Lilas", "aux Lilas"),
        ("Le Mans", "près du Mans", "au Mans"),
        ("La Rochelle", "près de La Rochelle", "à La Rochelle"),
        ("Angers", "près d’Angers", "à Angers"),
        ("Évry", "près d’Évry", "à Évry"),
    ],
)
def test_place_is_said_with_its_article(name, near, at):
    assert (near_text(Place(name=name)), at_text(Place(name=name))) == (near, at)
    with translation.override("en"):
        assert (near_text(Place(name=name)), at_text(Place(name=name))) == (f"near {name}", f"in {name}")


def test_number_of_people_is_said():
    skin = SPECIALTIES["dermatologue"]

    assert people_text(skin, 0, 500) == "0 dermatologue"
    assert people_text(skin, 1, 500) == "1 dermatologue"
    assert people_text(skin, 24, 500) == "24 dermatologues"
    assert people_text(skin, None, 500) == "Plus de 500 dermatologues"
    assert people_text(None, 1, 500) == "1 soignant"
    assert people_text(None, None, 500) == "Plus de 500 soignants"
