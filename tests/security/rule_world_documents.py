"""Documents, shares and blocks of the people of the rules. Who cares for them has its own table: test_truth.py."""

from datetime import date, timedelta
from typing import Any

from carnet.models import AccessAlert, AccessBlock, Document, Grant
from core import clock
from patients.models import Patient
from tests.factories import PractitionerFactory

OF = ("alice", "charlie", "teen", "child", "elder", "removed")


def add_documents(world: Any) -> None:
    now, carer = clock.now(), PractitionerFactory()
    world.add(carer=carer)
    alert = AccessAlert.objects.create(kind="many", user_id=carer.pk, occasion="many:an-hour")
    world.rows[AccessAlert] = {"alert": alert}
    for name in OF:
        patient = world.get(Patient, name)
        common = {"patient": patient, "kind": "other", "dated_on": date(2026, 5, 4), "words": b"sealed"}
        world.rows.setdefault(Document, {})[name] = Document.objects.create(state="clean", **common)
        share = {"starts_at": now - timedelta(days=1), "ends_at": now + timedelta(days=9), "practitioner": carer}
        world.rows.setdefault(Grant, {})[name] = Grant.objects.create(patient=patient, **share)
        block = AccessBlock.objects.create(patient=patient, practitioner=carer)
        world.rows.setdefault(AccessBlock, {})[name] = block
    paper = world.rows[Document]["alice"]
    states = {
        "alice_hidden": {"hidden": True},
        "alice_confidential": {"confidential": True},
        "alice_waiting": {"state": "waiting"},
        "alice_binned": {"removed_at": now, "purge_at": now + timedelta(days=9)},
    }
    for name, said in states.items():
        row = Document.objects.create(
            patient=paper.patient,
            kind="other",
            dated_on=paper.dated_on,
            words=b"sealed",
            **{"state": "clean", **said},
        )
        world.rows[Document][name] = row
