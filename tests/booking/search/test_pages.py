"""The pages of results without script: what a visitor reads, and the links that lead on."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from booking.search.refresh import refresh_all
from practitioners.enums import Audience, BlockCause, Mode
from practitioners.models import OnlineBlock
from tests.factories import AbsenceFactory, AgendaReasonFactory, PlaceFactory

pytestmark = pytest.mark.django_db


def page(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    return unescape(response.content.decode()).replace("\xa0", " ")


def titles(html: str) -> list[str]:
    """The names on the cards, in order."""
    return re.findall(r'class="pcard__name"><a href="[^"]*">([^<]*)<', html)


def heading(html: str) -> str:
    return re.findall(r"<h1[^>]*>([^<]*)<", html)[0].strip()


def links(html: str, label: str) -> list[str]:
    """Addresses of the links that hold these words."""
    found = re.findall(r'<a [^>]*href="([^"]*)"[^>]*>((?:(?!</a>).)*)</a>', html, flags=re.DOTALL)
    return [address for address, inside in found if label in re.sub(r"<[^>]*>", "", inside)]


def test_typed_words_find_practitioners_with_distance_and_hours(client, listed, dermatology):
    agenda = listed("Ana Roux", km=0.6, specialty=dermatology, offer={"price_cents": 3000})
    listed("Bea Blanc", km=2, specialty=dermatology)
    listed("Claire Martin")

    html = page(client, "/recherche/?q=dermato&ou=les+lilas")

    assert heading(html) == "2 dermatologues près des Lilas"
    assert titles(html) == ["Dr Ana Roux", "Dr Bea Blanc"]
    assert "600 m" in html
    assert "30 €, carte Vitale" in html
    assert 'href="tel:+33199001234"' in html
    assert 'href="/classement/"' in html
    for number in ("tel:15", "tel:112", "sms:114", "tel:116117"):
        assert number in html
    chip = links(html, "11 h 00")[0]
    assert {name: values[0] for name, values in parse_qs(urlsplit(chip).query).items()} == {
        "cabinet": str(agenda.uid),
        "motif": str(agenda.reasons.get().visit_reason.uid),
        "mode": "office",
        "du": "2026-11-23",
        "slot": f"{agenda.uid}/2026-11-23T10:00:00+00:00",
    }


def test_hour_of_the_list_is_chosen_on_the_profile(client, listed):
    listed("Ana Roux")
    chip = links(page(client, "/recherche/?q=roux"), "11 h 20")[0]

    html = page(client, chip)

    assert re.search(r'value="[^"]*T10:20:00\+00:00"[^>]* checked', html)


def test_card_without_hour_these_days_leads_to_the_next_one(client, listed):
    agenda = listed("Ana Roux")
    AbsenceFactory(agenda=agenda, starts_on="2026-11-23", span_days=12)

    html = page(client, "/recherche/?q=roux")

    assert "Pas de créneau d’ici au 25 novembre." in html
    assert "du=2026-12-05" in links(html, "Prochain créneau")[0]


def test_practitioner_who_is_not_online_is_listed_with_a_phone(client, listed):
    listed("Ana Roux", bookable=False)
    blocked = listed("Bea Blanc", km=1)
    OnlineBlock.objects.create(agenda=blocked, cause=BlockCause.BILLING)

    html = page(client, "/recherche/?specialite=medecin-generaliste&lieu=93045")

    assert titles(html) == ["Dr Ana Roux", "Dr Bea Blanc"]
    assert html.count("Pas de prise de rendez-vous en ligne ici.") == 2


def test_practice_that_takes_only_its_own_patients_says_so(client, listed):
    listed("Ana Roux", offer={"audience": Audience.KNOWN})

    assert "Réservé en ligne aux patients du cabinet" in page(client, "/recherche/?q=roux")


def test_filters_show_what_exists_and_turn_on_and_off(client, listed):
    listed("Ana Roux", offer={"modes": [Mode.OFFICE, Mode.VIDEO]}, video_link="https://visio.example/x")
    listed("Bea Blanc", person={"languages": ["fr", "pt"]})
    start = "/recherche/?specialite=medecin-generaliste&lieu=93045"

    html = page(client, start)
    assert (links(html, "À domicile"), links(html, "Par téléphone"), links(html, "Accès en fauteuil")) == ([], [], [])
    on = page(client, links(html, "En vidéo")[0])
    assert titles(on) == ["Dr Ana Roux"]
    off = page(client, links(on, "En vidéo")[0])
    assert sorted(titles(off)) == ["Dr Ana Roux", "Dr Bea Blanc"]

    assert titles(page(client, links(html, "portugais")[0])) == ["Dr Bea Blanc"]


def test_filters_stay_while_the_words_change(client, listed, dermatology):
    listed("Ana Roux", specialty=dermatology, location={"wheelchair_accessible": True})

    html = page(client, "/recherche/?specialite=medecin-generaliste&lieu=93045&fauteuil=1&tri=disponibilite")

    assert '<input type="hidden" name="fauteuil" value="1">' in html
    assert '<input type="hidden" name="tri" value="disponibilite">' in html


def test_order_is_chosen_by_a_link(client, listed):
    listed("Near Late", offer={"notice_minutes": 300})
    listed("Far Early", km=5)

    html = page(client, "/recherche/?ou=93260")
    assert titles(html) == ["Dr Near Late", "Dr Far Early"]
    assert titles(page(client, links(html, "Par première heure libre")[0])) == ["Dr Far Early", "Dr Near Late"]


def test_pages_follow_one_another(client, listed):
    for n in range(23):
        listed(f"Person N{n}", km=n / 10)

    first = page(client, "/recherche/?ou=93260")
    second = page(client, links(first, "Suivants")[0])

    assert (len(titles(first)), len(titles(second))) == (20, 3)
    assert not set(titles(first)) & set(titles(second))
    assert heading(second) == "23 soignants près des Lilas"
    assert (links(second, "Suivants"), len(links(second, "Précédents"))) == ([], 1)
    assert "Revenir à la première page" in page(client, "/recherche/?ou=93260&page=9")


def test_nobody_around_shows_the_nearest_and_says_so(client, listed, dermatology):
    listed("Ana Roux", specialty=dermatology, km=40)

    html = page(client, "/recherche/?q=dermatologue&ou=93260")

    assert titles(html) == ["Dr Ana Roux"]
    assert "Personne à moins de 20 km. Voici les plus proches, jusqu’à 100 km." in html


def test_nobody_at_all_leaves_other_ways(client, listed, dermatology):
    listed("Claire Martin", practice="Maison de santé des Lilas")

    html = page(client, "/recherche/?q=dermatologue&ou=93260")

    assert heading(html) == "Aucun résultat"
    assert titles(page(client, links(html, "Médecin généraliste")[0])) == ["Dr Claire Martin"]
    assert "Maison de santé des Lilas" in html
    for address in ("tel:+33199001234", "tel:15", "tel:112", "sms:114", "tel:116117", "/classement/"):
        assert address in html


def test_filters_that_leave_nobody_can_be_removed(client, listed):
    listed("Ana Roux")

    html = page(client, "/recherche/?ou=93260&fauteuil=1")

    assert heading(html) == "Aucun résultat"
    assert titles(page(client, links(html, "Retirer les filtres")[0])) == ["Dr Ana Roux"]


def test_unclear_place_is_asked_about(client, listed, dermatology):
    for insee, department in (("97411", "974"), ("93066", "93")):
        PlaceFactory(insee=insee, name="Saint-Denis", slug=f"saint-denis-{department}", department=department)
    listed("Ana Roux", specialty=dermatology)

    html = page(client, "/recherche/?q=dermatologue&ou=saint+denis")

    assert heading(html) == "Quel lieu cherchez-vous ?"
    choice = links(html, "Saint-Denis (974)")[0]
    assert parse_qs(urlsplit(choice).query) == {"q": ["dermatologue"], "lieu": ["97411"]}


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/recherche/", "Qui cherchez-vous ?"),
        ("/recherche/?q=dr", "Qui cherchez-vous ?"),
        ("/recherche/?q=dermatologue&ou=Zzyzx", "Nous ne trouvons pas ce lieu"),
        ("/recherche/?lieu=99999", "Nous ne trouvons pas ce lieu"),
    ],
)
def test_what_cannot_be_searched_is_asked_again(client, dermatology, address, expected):
    assert heading(page(client, address)) == expected


@pytest.mark.parametrize(
    "query",
    [
        "autour=999,999",
        "lieu=%27--",
        "page=0",
        "page=1e9",
        "avant=31/12/2026",
        "mode=x",
        "q=" + "a" * 10_000,
        "q=%E2%80%AEabc",
    ],
)
def test_odd_parameters_never_break_the_page(client, listed, query):
    listed("Ana Roux")

    assert client.get(f"/recherche/?ou=93260&{query}").status_code == 200


def test_text_is_shown_as_text(client, listed):
    response = client.get("/recherche/", {"q": '<script>alert(1)</script>"', "ou": "<b>x"})

    assert b"<script>alert" not in response.content
    assert b"<b>x" not in response.content


def test_several_specialties_of_one_word_are_all_offered(client, listed, dermatology, general_practice):
    general_practice.synonyms = ["peau"]
    general_practice.save()
    listed("Ana Roux", specialty=dermatology)

    html = page(client, "/recherche/?q=peau")

    assert "Vous cherchiez peut-être" in html
    assert titles(page(client, links(html, "Dermatologue")[0])) == ["Dr Ana Roux"]


def test_lasting_address_is_the_same_search(client, listed, dermatology, lyon):
    listed("Ana Roux", specialty=dermatology, place=lyon)

    html = page(client, "/dermatologue/lyon/")

    assert heading(html) == "1 dermatologue près de Lyon"
    assert '<link rel="canonical" href="http://testserver/dermatologue/lyon/">' in html
    assert "noindex" not in html
    filtered = page(client, links(html, "Réservable en ligne")[0])
    assert titles(filtered) == ["Dr Ana Roux"]
    assert "noindex" in filtered
    assert '<link rel="canonical" href="http://testserver/dermatologue/lyon/">' in filtered


def test_search_of_a_specialty_in_a_place_names_its_lasting_address(client, listed, dermatology, lyon):
    listed("Ana Roux", specialty=dermatology, place=lyon)
    canonical = '<link rel="canonical" href="http://testserver/dermatologue/lyon/">'

    assert canonical in page(client, "/recherche/?specialite=dermatologue&lieu=69123")
    assert "canonical" not in page(client, "/recherche/?q=roux")


def test_lasting_address_by_the_plain_name_moves_to_the_lasting_one(client, dermatology):
    PlaceFactory(insee="93066", name="Saint-Denis", slug="saint-denis-93", department="93")

    response = client.get("/dermatologue/saint-denis/")

    assert (response.status_code, response["Location"]) == (301, "/dermatologue/saint-denis-93/")


@pytest.mark.parametrize(
    "address", ["/dermatologue/nulle-part/", "/astrologue/lyon/", "/dermatologue/", "/orl/lyon/", "/x/y/"]
)
def test_unknown_lasting_address_is_not_found(client, dermatology, lyon, address):
    assert client.get(address).status_code == 404


def test_lasting_addresses_hide_no_other_page(client):
    for address in ("/aide/urgences/", "/recherche/lieux/", "/compte/connexion/"):
        assert client.get(address).resolver_match.view_name != "directory"


def test_english_page_speaks_english(client, listed, dermatology):
    listed("Ana Roux", specialty=dermatology)

    html = unescape(
        client.get("/recherche/?q=dermatologist&ou=93260", headers={"Accept-Language": "en"}).content.decode()
    )

    assert "1 dermatologist near Les Lilas" in html


def test_two_offices_are_said_on_one_card(client, listed, lyon):
    agenda = listed("Ana Roux")
    listed(practitioner=agenda.practitioner, place=lyon)

    html = page(client, "/recherche/?q=roux")

    assert titles(html) == ["Dr Ana Roux"]
    assert "Reçoit aussi à" in html


def test_profile_leads_back_to_the_results(client, listed):
    agenda = listed("Ana Roux", person={"slug": "dr-ana-roux"})
    AgendaReasonFactory(agenda=agenda)
    refresh_all([agenda.practitioner_id])

    back = client.get("/praticien/dr-ana-roux/", headers={"Referer": "http://testserver/recherche/?q=roux&page=2"})
    alone = client.get("/praticien/dr-ana-roux/", headers={"Referer": "https://evil.example/recherche/"})

    assert links(unescape(back.content.decode()), "Retour aux résultats") == ["/recherche/?q=roux&page=2"]
    assert links(unescape(alone.content.decode()), "Médecins généralistes près des Lilas") == [
        "/medecin-generaliste/les-lilas-93045/"
    ]


def test_empty_week_of_the_profile_names_a_colleague_and_the_phone(client, listed):
    agenda = listed("Ana Roux", person={"slug": "dr-ana-roux"})
    colleague = listed("Bea Blanc", bookable=False)
    colleague.practice = agenda.practice
    colleague.save()
    AgendaReasonFactory(agenda=colleague, visit_reason=agenda.reasons.get().visit_reason)
    AbsenceFactory(agenda=agenda, starts_on="2026-11-23", span_days=12)

    html = page(client, "/praticien/dr-ana-roux/")

    assert "Prochain créneau le samedi 5 décembre" in html
    assert "Dr Bea Blanc, du même cabinet, est libre" in html
    assert "tel:+33199001234" in html
    assert "tel:116117" in html


def test_long_days_of_the_profile_unfold(client, listed):
    listed("Ana Roux", person={"slug": "dr-ana-roux"})

    short = page(client, "/praticien/dr-ana-roux/")
    whole = page(client, links(short, "12 autres")[0])

    assert len(re.findall(r'type="radio"', short)) == 7 * 6
    assert len(re.findall(r'type="radio"', whole)) == 18 + 6 * 24
