"""The search for French sees sentences and labels, and leaves English and names alone."""

import pytest

from tests.translations.french import french_in, french_on


@pytest.mark.parametrize(
    "sentence",
    [
        "Mes rendez-vous",
        "Aucun créneau ce jour",
        "Choisissez une heure.",
        "Who is it?\u00a0: see",
        "mardi 24 novembre",
        "l’adresse",
        "«\u00a0doctor\u00a0»",
    ],
)
def test_french_sentence_is_found(sentence):
    assert french_in(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Who is this appointment for? Choose a person: you, or a relative.",
        "Les Lilas, 12 Paris Street, Saint-Denis, La Réunion",
        "€30, carte Vitale accepted; practice’s own note",
        "Source Sans 3 and Young Serif",
    ],
)
def test_english_and_names_are_left_alone(sentence):
    assert french_in(sentence) == []


def test_page_is_read_with_its_labels():
    page = """<html lang="en"><head><style>.pour{}</style></head><body>
      <button aria-label="Fermer">x</button><input placeholder="Votre nom"><br>
      <combo-box data-url="/recherche/pour/" data-found="{n} pour vous">Find</combo-box>
      <label lang="fr"><b>Français</b> pour vous</label><p>Annuler</p></body></html>"""
    assert french_on(page) == ["Fermer", "Votre nom", "{n} pour vous", "Annuler"]


def test_practice_names_given_are_left_out():
    assert french_on("<p>Cabinet des Lilas, open</p>", ("Cabinet des Lilas",)) == []
