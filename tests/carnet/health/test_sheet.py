"""The emergency sheet: one page whatever is noted, the gravest first, nothing that is over."""

import pypdfium2
from django.urls import reverse

from carnet.models import EmergencyContact, HealthItem, HealthProfile
from core import clock


def text_of(content):
    file = pypdfium2.PdfDocument(content)
    return len(file), "\n".join(page.get_textpage().get_text_range() for page in file)


def fetched(alice):
    return alice.client.get(reverse("health:sheet", args=[alice.patient.uid])).content


def test_sheet_is_one_page_however_much_is_noted(alice):
    for kind in ("allergy", "treatment", "history"):
        for number in range(30):
            HealthItem.objects.create(
                patient=alice.patient, kind=kind, label=f"{kind} {number} " + "W" * 90, details="détail " * 60
            )
    for number in range(5):
        EmergencyContact.objects.create(
            patient=alice.patient, name=f"Contact {number} " + "W" * 100, phone="0612345678"
        )
    HealthProfile.objects.create(
        patient=alice.patient, treating_doctor="D" * 120, treating_phone="0199001234", emergency_note="note\n" * 100
    )

    pages, text = text_of(fetched(alice))

    assert pages == 1
    assert "autres, dans le carnet" in text


def test_sheet_puts_grave_allergies_first_and_leaves_out_what_is_over(alice):
    HealthItem.objects.create(patient=alice.patient, kind="allergy", label="Pollen", severity="mild")
    HealthItem.objects.create(patient=alice.patient, kind="allergy", label="Arachide", severity="severe")
    HealthItem.objects.create(patient=alice.patient, kind="treatment", label="Ancien", ended_on=clock.now().date())

    _pages, text = text_of(fetched(alice))

    assert text.index("Arachide") < text.index("Pollen")
    assert "Ancien" not in text
    assert "Alice Moreau" in text


def test_sheet_names_every_grave_allergy_before_it_leaves_out_anything_else(alice):
    for number in range(18):
        HealthItem.objects.create(patient=alice.patient, kind="allergy", label=f"Grave {number:02d}", severity="severe")
    for kind in ("treatment", "history", "allergy"):
        for number in range(15):
            HealthItem.objects.create(patient=alice.patient, kind=kind, label=f"Autre {kind} {number}")

    pages, text = text_of(fetched(alice))

    assert pages == 1
    assert [number for number in range(18) if f"Grave {number:02d}" not in text] == []
    assert "Autre treatment 0" in text
    assert "Autre history 0" in text
