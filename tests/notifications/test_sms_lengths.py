"""What SMS cost with the longest names one may meet, and that no link is cut. A new template is counted here too."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings

from notifications import rendering
from notifications.sms_text import Alphabet, sms_text

ROOT = Path(settings.BASE_DIR) / "templates" / "messages"
LINK = "https://www.prendsoin.fr/mes-rendez-vous/3b82d378-a6f5-40b7-9c76-6b50fd73be52/"
NAMES = {
    "longest": "Dr Marie-Antoinette de La Rochefoucauld-Montmorency",
    "accents": "Dr Éloïse Bénédicte Brûlé-Façonnière",
    "apostrophes": "Dr Aïssatou N’Diaye-d’Étigny",
    "emoji": "Dr Rose 🌹 Martin",
    "arabic": "د. عبد الرحمن الفاسي",
}
# A Wednesday of September in another year, at an hour with minutes: nothing is longer.
LATE = datetime(2037, 9, 30, 8, 45, tzinfo=UTC)
LOCATION = SimpleNamespace(
    name="Maison de santé pluriprofessionnelle des Grands-Champs",
    street="127 bis avenue du Maréchal-de-Lattre-de-Tassigny",
    postcode="97434",
    place=SimpleNamespace(name="Saint-Remy-en-Bouzemont-Saint-Genest-et-Isson"),
)
# Kind → how many SMS at most: in the SMS alphabet, and in UCS-2 (a name in another script).
AT_MOST = {
    "accounts/code": (1, 1),
    "accounts/lost_factor": (1, 1),
    "booking/cancelled": (2, 3),
    "booking/confirmed": (2, 3),
    "booking/contact": (2, 2),
    "booking/moved": (2, 3),
    "booking/reminder": (1, 2),
    "booking/rescue": (2, 2),
    "patients/file_link": (2, 2),
    "patients/link_code": (1, 1),
    "patients/online_closed": (1, 1),
    "patients/online_opened": (1, 1),
}


def context(name, **more):
    card = {"moment": "mercredi 30 septembre 2037 à 10\xa0h\xa045", "who": name, "address": "", "masked": False}
    return {
        "visit": SimpleNamespace(start_at=LATE, is_cancelled=False),
        "zone": "Europe/Paris",
        "performer": name,
        "location": LOCATION,
        "practice": SimpleNamespace(phone="+33148972014", name="Cabinet"),
        "masked": False,
        "in_office": True,
        "event": "moved",
        "link": LINK,
        "code": "424242",
        "phone": "+33148972014",
        "phone_number": "+33148972014",
        "ends_at": LATE,
        "one": card,
        "count": 1,
        "brief": len(name) > 30 or not name.isascii(),
        **more,
    }


def written(kind, name, **more):
    return rendering.sms(kind.replace("/", "."), context(name, **more), to="+33639980001").text


def test_every_sms_is_counted():
    kinds = {str(path.relative_to(ROOT)).removesuffix(".sms.txt") for path in ROOT.rglob("*.sms.txt")}

    assert kinds == set(AT_MOST)


@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
@pytest.mark.parametrize("kind", AT_MOST)
def test_an_sms_stays_short_and_keeps_its_link(kind, name):
    text = written(kind, name)
    sent = sms_text(text)

    in_gsm7, in_ucs2 = AT_MOST[kind]
    assert sent.parts <= (in_gsm7 if sent.alphabet is Alphabet.GSM7 else in_ucs2), sent
    assert (LINK in sent.text) == (LINK in text)
    assert "?" not in sent.text
    assert "🌹" not in sent.text


def test_a_grouped_reminder_of_three_visits_is_one_sms():
    hours = "8\xa0h\xa030, 10\xa0h\xa045, 17\xa0h\xa015"
    text = written("booking/reminder", "-", count=3, day="mercredi 30 septembre", hours=hours)

    assert sms_text(text).parts == 1
    assert "3 RDV mercredi 30 septembre : 8 h 30, 10 h 45, 17 h 15. " in text
