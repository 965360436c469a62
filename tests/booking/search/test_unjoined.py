"""Who has not joined is listed by the register, by the same order, with nothing to book."""

import pytest
from django.db import connection
from zeal import zeal_context

from booking.models import ListedName, ListedWord, Listing
from booking.search.asked import Asked
from booking.search.query import AVAILABILITY
from booking.search.refresh import refresh_all
from booking.search.results import search
from booking.search.text import IDLE, TITLES, name_words, practice_words
from booking.search.understanding import understand
from booking.search.unjoined import refresh_relation, refresh_unjoined
from booking.search.words_sql import person_words
from booking.search.words_sql import practice_words as practice_words_sql
from practitioners.models import ListingWish, Practitioner, RegisterSite
from practitioners.signals import register_merged

pytestmark = pytest.mark.django_db

LILAS = "/recherche/?specialite=medecin-generaliste&lieu=93045"


def names(visitor, **asked):
    found = search(visitor, understand(Asked(**asked)).query)
    return [result.practitioner.last_name for result in found.results]


def test_both_are_ranked_by_the_same_rule(listed, stated, visitor):
    stated("Ana Deux", sites=[2])
    listed("Bea Trois", km=3)
    stated("Cleo Une", sites=[1])
    near = {"specialite": "medecin-generaliste", "lieu": "93045"}

    assert names(visitor, **near) == ["Une", "Deux", "Trois"]
    assert names(visitor, **near, tri="disponibilite") == ["Trois", "Une", "Deux"]
    assert names(visitor, **near, en_ligne=True) == ["Trois"]


def test_order_by_first_hour_pages_through_everybody_once(listed, stated, visitor):
    for n in range(4):
        listed(f"Ana N{n}", km=n)
        stated(f"Bea S{n}", sites=[n, n + 1])
    query = understand(Asked(specialite="medecin-generaliste", lieu="93045", tri="disponibilite")).query

    pages = [search(visitor, query, page=n, size=3) for n in (1, 2, 3)]

    seen = [result.practitioner.last_name for page in pages for result in page.results]
    assert seen[:4] == ["N0", "N1", "N2", "N3"]
    assert seen[4:] == ["S0", "S1", "S2", "S3"]
    assert (query.ordering, pages[2].has_next) == (AVAILABILITY, False)


@pytest.fixture
def joined_elsewhere(listed, lyon):
    """Bea takes bookings in Les Lilas; the register states her there, and in Lyon."""
    agenda = listed("Bea Deux", person={"rpps": "10002909371"})
    for place, street in ((agenda.location.place, "12 RUE DE PARIS"), (lyon, "3 quai Fulchiron")):
        RegisterSite.objects.create(
            practitioner=agenda.practitioner, key=place.insee, street=street, postcode=place.postcodes[0], place=place,
            latitude=place.latitude, longitude=place.longitude, phone="+33199001234", first_seen_on="2026-11-01",
        )  # fmt: skip
    refresh_all([agenda.practitioner_id])
    return agenda


def test_other_address_of_who_has_joined_is_found_there_without_a_booking(joined_elsewhere, client, visitor):
    here = search(visitor, understand(Asked(specialite="medecin-generaliste", lieu="93045")).query).results
    there = search(visitor, understand(Asked(specialite="medecin-generaliste", lieu="69123")).query).results

    assert [(len(one.agendas), len(one.sites)) for one in here] == [(1, 0)]
    assert [(len(one.agendas), len(one.sites)) for one in there] == [(0, 1)]
    assert names(visitor, specialite="medecin-generaliste", lieu="69123", en_ligne=True) == []
    page = client.get(f"/praticien/{joined_elsewhere.practitioner.slug}/").content.decode()
    assert "3 quai Fulchiron" in page
    assert "12 RUE DE PARIS" not in page
    assert set(Listing.objects.values_list("alone", flat=True)) == {False}
    profile = client.get(f"/api/v1/practitioners/{joined_elsewhere.practitioner.slug}").json()
    assert [site["city"] for site in profile["sites"]] == ["Lyon"]


def test_other_address_goes_when_it_is_corrected_or_an_agenda_opens_there(joined_elsewhere, listed, lyon):
    who = joined_elsewhere.practitioner
    wish = ListingWish.objects.create(rpps=who.rpps, corrections={"69123": {"closed": True}})
    refresh_all([who.pk])
    assert Listing.objects.get().alone
    wish.delete()
    refresh_all([who.pk])
    assert Listing.objects.filter(site__isnull=False).count() == 1

    listed(practitioner=who, place=lyon, location={"postcode": "69001"})

    assert Listing.objects.filter(site__isnull=False).count() == 0
    assert ListedWord.objects.filter(practitioner=who, word="deux").count() == 1


def test_who_has_joined_corrects_the_addresses_that_the_register_alone_states(joined_elsewhere, client):
    address = f"/praticien/{joined_elsewhere.practitioner.slug}/fiche/"
    page = client.get(address).content.decode()
    assert "Ces autres adresses viennent du répertoire national" in page
    assert 'value="objection"' not in page
    given = {"wish": "correction", "closed": "on", "proof": "staff", "contact": "bea@exemple.fr"}
    assert client.post(address, given).status_code == 302
    assert client.post(address, given | {"wish": "objection"}).status_code == 422


def test_card_calls_and_books_nothing(client, stated):
    person = stated("Ana Deux", sites=[0, 5])

    html = client.get(LILAS).content.decode()

    assert html.count(f'href="/praticien/{person.slug}/"') == 1
    assert 'href="tel:+33199001234"' in html
    assert "Pas de prise de rendez-vous en ligne ici." in html
    assert "/attente/" not in html


def test_page_says_where_and_that_nothing_is_booked_here(client, stated):
    person = stated("Ana Deux", sites=[{"name": "Cabinet du parc"}, {"name": "Centre des Lilas", "phone": ""}])

    response = client.get(f"/praticien/{person.slug}/")
    html = response.content.decode()

    assert response.status_code == 200
    assert "n’est pas encore réservable en ligne" in html
    assert "3 rue Haute, 93260 Les Lilas" in html
    assert html.count('href="tel:+33199001234"') == 1
    assert f'href="/praticien/{person.slug}/fiche/"' in html
    assert '<meta name="robots" content="noindex, follow">' in html
    assert "/garder/" not in html


def test_programs_read_sites_instead_of_agendas(client, stated, listed):
    person = stated("Ana Deux", sites=[1])
    listed("Bea Trois", km=3)

    rows = client.get("/api/v1/practitioners?specialty=medecin-generaliste&place=93045").json()["results"]
    profile = client.get(f"/api/v1/practitioners/{person.slug}").json()

    assert [(row["bookable"], len(row["agendas"]), len(row["sites"])) for row in rows] == [(False, 0, 1), (True, 1, 0)]
    assert (rows[0]["phone"], rows[0]["sites"][0]["distance_km"]) == ("+33199001234", 1.0)
    assert (profile["agendas"], profile["sites"][0]["city"], profile["bookable"]) == ([], "Les Lilas", False)


@pytest.mark.parametrize("change", ["struck", "unlisted", "gone", "closed", "objected"])
def test_who_left_the_register_or_objected_is_listed_no_more(client, stated, visitor, change):
    person = stated("Ana Deux", rpps="10002909371")
    site = person.register_sites.get()
    if change == "struck":
        Practitioner.objects.update(struck_off_on="2026-11-20")
    elif change == "unlisted":
        Practitioner.objects.update(unlisted=True)
    elif change == "gone":
        RegisterSite.objects.update(gone=True, last_seen_on="2026-11-20")
    else:
        corrections = {site.key: {"closed": True}} if change == "closed" else {}
        ListingWish.objects.create(rpps=person.rpps, objected=change == "objected", corrections=corrections)

    if change != "objected":
        # At once, before anything is written again.
        assert names(visitor, q="deux") == []
    refresh_all([person.pk])
    assert (Listing.objects.count(), ListedWord.objects.count()) == (0, 0)
    assert set(ListedName.objects.values_list("listings", flat=True)) == {0}
    if change != "closed":
        assert client.get(f"/praticien/{person.slug}/").status_code == 404


def test_who_joins_is_listed_by_the_agenda_and_who_leaves_by_the_register(stated, listed, visitor):
    person = stated("Ana Deux", sites=[1, 2], rpps="10002909371")
    person.verification = "published"
    person.save()
    agenda = listed(practitioner=person, km=4)

    assert list(Listing.objects.values_list("agenda_id", "site_id")) == [(agenda.pk, None)]

    person.verification = "declared"
    person.save()
    refresh_all([person.pk])
    assert Listing.objects.filter(agenda__isnull=True).count() == 2
    assert names(visitor, q="deux") == ["Deux"]


def test_a_merge_writes_everybody_of_its_table_and_is_idempotent(stated, listed, django_assert_num_queries):
    people = [stated(f"Ana N{n}", sites=[n]) for n in range(3)]
    joined = listed("Bea Trois").practitioner
    before = list(Listing.objects.order_by("pk").values())
    Listing.objects.filter(agenda__isnull=True).delete()
    ListedWord.objects.all().delete()
    ListedName.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TEMP TABLE merged ON COMMIT DROP AS SELECT unnest(%s::bigint[]) AS practitioner_id",
                       [[*[person.pk for person in people], people[0].pk, joined.pk]])  # fmt: skip

    register_merged.send(sender=Practitioner, snapshot_id=1, relation="merged")

    rows = {row["site_id"]: row for row in Listing.objects.filter(site__isnull=False).values()}
    for row in before:
        if row["site_id"]:
            skipped = {"id", "refreshed_at"}
            again = rows[row["site_id"]]
            assert {k: v for k, v in again.items() if k not in skipped} == {
                k: v for k, v in row.items() if k not in skipped
            }
    assert len(rows) == 3
    assert ListedName.objects.get(name="ana").listings == 3
    done = refresh_relation("merged")
    assert (done.written, done.removed) == (0, 0)


def test_refresh_asks_as_many_questions_for_one_as_for_many(stated, django_assert_num_queries):
    people = [stated(f"Ana N{n}").pk for n in range(4)]

    for some in (people[:1], people):
        with django_assert_num_queries(4):
            refresh_unjoined(some)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("Anne-Sophie", "MARTIN-DUPONT"),
        ("Hélène", "Lefèvre épouse Œuvrard"),
        ("Yann", "Le Goff"),
        ("Marie", "de La Tour"),
        ("Luc", "d’Estaing"),
        ("José", "ST MARTIN"),
        ("Zoë", "Ste-Marie de l'Isle"),
        ("Ægir", "Straße Łukasz"),
        ("Jean", "Nee"),
        ("Paul", "Van der Meer"),
    ],
)
def test_words_are_the_same_in_sql_and_in_python(first, last):
    sql = person_words(f"$q${first}$q$::text", f"$q${last}$q$::text").replace("%%", "%")
    with connection.cursor() as cursor:
        cursor.execute(sql)
        found = {row[0] for row in cursor.fetchall()}

    assert found == name_words(first, last)


def test_words_of_practices_are_the_same_in_sql_and_in_python():
    name = "Maison de Santé St-Étienne, Cabinet du Dr Œil"
    with connection.cursor() as cursor:
        cursor.execute(practice_words_sql(f"$q${name}$q$::text").replace("%%", "%"))
        found = {row[0] for row in cursor.fetchall()}

    assert found - IDLE - TITLES == practice_words(name) - TITLES


@pytest.mark.parametrize(
    ("address", "statements"),
    [
        (LILAS, 5),
        (f"{LILAS}&tri=disponibilite", 5),
        ("/recherche/?q=ana", 7),
        ("/recherche/suggestions/?q=ana", 7),
        ("/api/v1/practitioners?specialty=medecin-generaliste&place=93045", 5),
    ],
)
@pytest.mark.parametrize("count", [1, 3])
def test_lists_ask_the_same_number_of_questions(client, stated, django_assert_num_queries, address, statements, count):
    for n in range(count):
        stated(f"Ana N{n}", sites=range(count))
    client.get(address)

    with zeal_context(), django_assert_num_queries(statements):
        assert client.get(address).status_code == 200
