"""Every address that leads to one document × every role × {alice's, somebody else's}: who passes, typed by hand.

The addresses are taken from the site itself: a new one has to be given its line here.
"""

import json
import re

import pytest
from django.db import transaction
from django.urls import get_resolver, reverse

from carnet.models import Grant
from carnet.services.sharing import create_grant
from core import clock
from patients.enums import Level, Relation
from practitioners.enums import Role
from tests import factories as make
from tests.carnet.documents.conftest import member, put
from tests.strict import CheckedClient

OWN_SIDE = {"alice", "bob"}
KEEPERS = {"alice"}
CARERS = {"martin"}
NOBODY: set[str] = set()
API = OWN_SIDE | CARERS
# Who passes for alice's document, shared with Dr Martin in person; bob is her relative at the level of reading.
DOORS = {
    "carnet:document": {"GET": OWN_SIDE, "POST": KEEPERS},
    "carnet:file": {"GET": OWN_SIDE},
    "carnet:page": {"GET": OWN_SIDE},
    "carnet:replace": {"POST": KEEPERS},
    "carnet:remove": {"POST": KEEPERS},
    "carnet:restore": {"POST": KEEPERS},
    "carnet:hide": {"POST": KEEPERS},
    "carnet:conceal": {"POST": KEEPERS},
    "records:document": {"GET": CARERS},
    "records:file": {"GET": CARERS},
    "records:page": {"GET": CARERS},
    "records:withdraw": {"POST": NOBODY},
    "records:replace": {"POST": NOBODY},
    "carnet_api:content": {"GET": API},
    "carnet_api:document": {"GET": OWN_SIDE, "PATCH": KEEPERS, "DELETE": KEEPERS},
    "carnet_api:restore": {"POST": KEEPERS},
    "carnet_api:hidden": {"PUT": KEEPERS, "DELETE": KEEPERS},
    "carnet_api:confidential": {"PUT": KEEPERS, "DELETE": KEEPERS},
    "carnet_api:grants": {"POST": KEEPERS},
    # It looks at the file that is sent before it looks for the document; none is sent here.
    "carnet_api:versions": {"POST": NOBODY},
}
BODIES = {("carnet_api:document", "PATCH"): {"title": "Nouveau titre"}}


def doors() -> set[str]:
    """The names of the addresses of the carnet whose argument is a document."""
    found = set()
    for namespace in ("carnet", "records", "carnet_api"):
        _prefix, urls = get_resolver().namespace_dict.get(namespace) or (None, None)
        if urls is None:
            urls = next(inner for inner in _nested(get_resolver()) if inner.namespace == namespace)
        found |= {
            f"{namespace}:{one.name}"
            for one in urls.url_patterns
            if re.search(r"document(s)?/<uuid:uid>", str(one.pattern))
        }
    return found


def _nested(resolver):
    for one in resolver.url_patterns:
        if hasattr(one, "url_patterns"):
            yield one
            yield from _nested(one)


@pytest.fixture
def roles(alice, bob, charlie, martin, lilas):
    make.GuardianshipFactory(user=bob.user, patient=alice.patient, relation=Relation.SPOUSE, level=Level.GRANTED)
    create_grant(actor=alice.actor, patient=alice.patient.uid, practitioner=martin.practitioner.uid)
    BODIES["carnet_api:grants", "POST"] = {"practitioner": str(martin.practitioner.uid)}
    weak = CheckedClient()
    weak.force_login(alice.user)
    return {
        "anonymous": CheckedClient(),
        "without a second factor": weak,
        "alice": alice.client,
        "bob": bob.client,
        "charlie": charlie.client,
        "martin": martin.client,
        "a secretary of the same practice": member(lilas.practice, Role.SECRETARY, carer=False).client,
        "a carer of elsewhere": member(make.PracticeFactory(), Role.OWNER).client,
    }


def test_every_address_of_a_document_has_its_line():
    assert doors() == set(DOORS)


def test_only_those_named_pass_and_nobody_passes_to_what_is_anothers(roles, alice, charlie):
    mine, theirs = put(alice), put(charlie)
    passed, wrong = 0, []
    for url, methods in DOORS.items():
        for method, expected in methods.items():
            for role, client in roles.items():
                for whose, document in (("alice's", mine), ("foreign", theirs)):
                    if whose == "foreign" and role not in {"alice", "bob", "charlie", "martin"}:
                        continue
                    allowed = role in expected if whose == "alice's" else role == "charlie" and "alice" in expected
                    if _passes(client, url, method, document) != allowed:
                        wrong.append((url, method, role, whose))
                    passed += allowed
    assert not wrong, wrong
    assert passed > 40
    assert Grant.objects.count() == 1


def _passes(client, url, method, document) -> bool:
    """Whether the request reached the document: anything but a sign-in, a wrong space, a missing proof or a 404."""
    args = [document.uid, 1] if url.endswith(":page") else [document.uid]
    headers = {"Idempotency-Key": f"doors-{clock.now().timestamp()}"}
    if url.startswith("carnet_api"):
        headers["X-Session-Token"] = client.session.session_key or ""
    body = json.dumps(BODIES.get((url, method), {})) if url.startswith("carnet_api") else ""
    kind = "application/json" if body else "application/x-www-form-urlencoded"
    point = transaction.savepoint()
    answer = client.generic(method, reverse(url, args=args), body, kind, headers=headers)
    content = b"".join(answer.streaming_content) if answer.streaming else answer.content
    transaction.savepoint_rollback(point)
    if answer.status_code == 302:
        return not re.search(r"/compte/(connexion|verification|second-facteur)/", answer["Location"])
    if url.startswith("carnet_api"):
        return answer.status_code < 400 or b"already_shared" in content
    return answer.status_code not in {401, 403, 404}
