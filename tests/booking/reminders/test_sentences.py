"""A plan said in sentences."""

from datetime import time

from booking.reminder_sentences import sentences_of
from booking.reminders import DEFAULT, Step


def test_the_default_plan_reads_as_french():
    assert sentences_of(DEFAULT) == [
        "Un e-mail 7 jours avant à 15\xa0h, si le rendez-vous a été pris plus de 7 jours avant.",
        "Un SMS 2 jours avant à 15\xa0h, si le rendez-vous a été pris plus de 7 jours avant.",
        "Un SMS la veille à 15\xa0h, si le rendez-vous a été pris moins de 7 jours avant.",
        "Un e-mail la veille à 15\xa0h.",
    ]


def test_a_step_of_hours_and_an_empty_plan():
    steps = (Step("sms", minutes=120), Step("email", days=1, at=time(18, 30)), Step("sms", minutes=90))
    assert sentences_of(steps) == [
        "Un e-mail la veille à 18\xa0h\xa030.",
        "Un SMS 2\xa0h avant l’heure du rendez-vous.",
        "Un SMS 1\xa0h\xa030 avant l’heure du rendez-vous.",
    ]
    assert sentences_of(()) == ["Aucun rappel n’est envoyé."]
