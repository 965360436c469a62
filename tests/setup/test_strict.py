"""The guards of the test harness do refuse what they are there to refuse."""

import socket

import pytest
from django.contrib.auth.models import Permission
from django.http import HttpRequest, HttpResponse
from django.template import Context, Template, engines
from django.template.base import Origin
from django.test import override_settings
from django.urls import path

from script.servers.layout import CHECKOUT
from tests import strict


def show(source: str, template_name: str, **context: object) -> str:
    engine = engines["django"].engine
    return Template(source, origin=Origin(template_name), engine=engine).render(Context(context))


def test_undefined_variable_in_our_template_fails():
    with pytest.raises(strict.UndefinedVariable, match=r"patient\.name"):
        show("{{ patient.name }}", str(CHECKOUT / "templates/page.html"), patient=object())


def test_undefined_variable_with_a_default_is_shown():
    assert show("{{ name|default:'?' }}", str(CHECKOUT / "templates/page.html")) == "?"


def test_undefined_variable_in_a_condition_is_false():
    assert show("{% if name %}yes{% else %}no{% endif %}", str(CHECKOUT / "templates/page.html")) == "no"


def test_undefined_variable_in_a_library_template_is_empty():
    assert show("<{{ name|upper }}>", "/somewhere/site-packages/library/templates/page.html") == "<>"


def form_page(request: HttpRequest) -> HttpResponse:
    return HttpResponse(f"<form method=post action='/x/'>{request.GET.get('inside', '')}</form>")


urlpatterns = [path("form/", form_page)]


@override_settings(ROOT_URLCONF=__name__, MIDDLEWARE=[])
def test_posting_form_without_token_fails(client):
    with pytest.raises(strict.MissingToken):
        client.get("/form/")
    assert client.get("/form/", {"inside": "<input name=csrfmiddlewaretoken>"}).status_code == 200


def test_connection_beyond_this_machine_fails():
    with socket.socket() as probe, pytest.raises(strict.ForeignAddress):
        probe.connect(("192.0.2.1", 80))


def test_connection_to_loopback_is_let_through():
    with socket.socket() as server, socket.socket() as probe:
        server.bind(("127.0.0.1", 0))
        server.listen()
        probe.connect(server.getsockname())
        assert probe.getpeername() == server.getsockname()


@pytest.mark.django_db
def test_lock_on_a_join_must_name_its_table():
    joined = Permission.objects.select_related("content_type").order_by("pk")
    with pytest.raises(strict.LockTooWide):
        str(joined.select_for_update().query)
    assert "FOR UPDATE OF" in str(joined.select_for_update(of=("self",)).query)
