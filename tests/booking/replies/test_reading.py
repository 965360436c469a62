"""What a reply by SMS means: misspelt, accented, shouted, in two languages. A cancellation is never guessed."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from booking.replies import LONGEST, Meaning, is_cancel_word, read
from core.text import edit_distance, fold

CONFIRMS = """OUI|oui|Oui.|ouii|OUIIIII!!!|wi|ouais|ok|OK merci|Okay|d'accord|D’ACCORD|dac|je confirme
Confirmer|CONFIRMÉ|confirmer svp
confrimer|confimer|je confrme|Je serai là|je viens|oui je viens|oui je serai présente|👍|✅ merci|yes|Yes please
yep|I confirm|confirmed
oui bien sûr|c'est bon pour moi|oui, à demain|Oui docteur|bonjour, je confirme mon rendez-vous|OUI 😀""".replace(
    "\n", "|"
).split("|")
CANCELS = """ANNULER|annuler|Annulé|annulez|annule|ANULER|annulr|anuler|anule|annullé|annulation|ANNULER SVP
annuler!!|j'annule|Je souhaite annuler
annuler mon rdv|annuler mon rendez-vous svp|bonjour, merci d'annuler mon rendez vous|oui annuler|Oui, annulez
ok annule|cancel|CANCEL
please cancel my appointment|I want to cancel|I would like to cancel my appointment|désolé je dois annuler
malheureusement je dois annuler
je ne peux pas venir, annulez svp|je suis malade, merci d'annuler|I can't come, please cancel|annuuuuler
annuler 😢""".replace("\n", "|").split("|")
NEVER_CANCELS = """STOP|arrêt|NON|non|no|non merci|je ne peux pas venir|je ne viens pas|impossible|👎|❌|pas possible
n'annulez pas|ne pas annuler|surtout ne pas annuler|je n'annule pas|je ne veux pas annuler|don't cancel
do not cancel|no cancel
je ne peux pas annuler|puis-je annuler ?|annuler ?|est-ce annulé|pouvez-vous annuler|peut-on annuler
annuler ou reporter|comment annuler
oui ou annuler|Répondez OUI ou ANNULER.|annuler celui de mardi|annuler le 24|annuler le 2|annuler 24/11
annuler 14h|annuler les sms
annuler les rappels|annuler mon ordonnance|annuler l'abonnement|annuler et déplacer|annuler sauf lundi
mon rdv a été annulé
le docteur a annulé ?|est annulé|mon rdv est annulé|il a annulé|visite annuelle|annuel|bilan annuel svp|cancer
j'ai un cancer|1|2|deux
12|le 2|merci|à demain|10 minutes de retard|je serai en retard|oui mais 10 min de retard|j'ai annulé
vous annulez|si je peux je viens sinon annulez
annuler la séance de jeudi mais garder vendredi|je confirme, n'annulez pas|confirmer ou annuler|non annulez
absent|قد لا آتي|取消
Je suis absent du bureau, votre message sera lu à mon retour|cancelled|was it cancelled""".replace("\n", "|").split("|")


@pytest.mark.parametrize("text", CONFIRMS)
def test_a_text_that_confirms(text):
    assert read(text).meaning is Meaning.CONFIRM


@pytest.mark.parametrize("text", CANCELS)
def test_a_text_that_cancels(text):
    assert read(text).meaning is Meaning.CANCEL


@pytest.mark.parametrize("text", NEVER_CANCELS)
def test_a_text_that_does_not_cancel(text):
    assert read(text).meaning is not Meaning.CANCEL


@pytest.mark.parametrize(
    "text", ["NON", "non merci", "no", "je ne peux pas venir", "je viens pas", "Je serai absent", "👎", "I can't come"]
)
def test_a_no_without_a_word_of_cancelling_is_asked_about(text):
    assert read(text).meaning is Meaning.NO


@pytest.mark.parametrize(
    ("text", "choice"),
    [
        ("1", 1),
        ("2.", 2),
        ("le 2", 2),
        ("numéro 3", 3),
        ("n°2", 2),
        ("deux", 2),
        ("le premier", 1),
        ("2 svp", 2),
        ("9", 9),
    ],
)
def test_a_figure_alone_is_a_choice(text, choice):
    assert (read(text).meaning, read(text).choice) == (Meaning.CHOICE, choice)


@pytest.mark.parametrize("text", ["0", "10", "12", "1 2", "le 24", "1 ou 2", "14h", "3e étage"])
def test_another_number_is_no_choice(text):
    assert read(text).meaning is Meaning.DOUBTFUL


@pytest.mark.parametrize(
    ("text", "meaning"), [("annuler 2", "cancel"), ("oui 1", "confirm"), ("cancel 2 please", "cancel")]
)
def test_a_word_beside_a_figure(text, meaning):
    reading = read(text)

    assert (reading.meaning, reading.choice) == (meaning, 2 if "2" in text else 1)


@pytest.mark.parametrize("text", ["tous", "les deux", "TOUTES", "both", "les 2 rdv", "all"])
def test_all_of_them(text):
    assert (read(text).meaning, read(text).everything) == (Meaning.CHOICE, True)


@pytest.mark.parametrize(
    "text", ["merci", "Merci beaucoup", "bonne journée", "à demain", "", "   ", "😀", "pas de souci", "thanks"]
)
def test_courtesy_asks_for_nothing(text):
    assert read(text).meaning is Meaning.COURTESY


def test_the_language_of_the_words_is_known():
    assert [read(text).language for text in ("cancel", "annuler", "yes please", "oui", "1")] == [
        "en",
        "fr",
        "en",
        "fr",
        "fr",
    ]


def test_a_long_text_is_for_people_to_read():
    assert read("annuler " * (LONGEST // 8 + 1)).meaning is Meaning.DOUBTFUL


@given(st.text(max_size=300))
@example("ANNULER")
def test_any_text_has_a_meaning_and_none_cancels_without_a_word_of_cancelling(text):
    reading = read(text)

    if reading.meaning is Meaning.CANCEL:
        assert any(_looks_like_cancelling(word) for word in fold(text).split())


@given(st.text(alphabet=st.sampled_from("aceilnru0 '?é"), max_size=40))
def test_letters_near_a_word_of_cancelling_still_need_one(text):
    if read(text).meaning is Meaning.CANCEL:
        assert any(_looks_like_cancelling(word) for word in fold(text).split())


WORDS = sorted({word for text in (*CONFIRMS, *CANCELS, *NEVER_CANCELS) for word in text.split()})


@given(st.lists(st.sampled_from(WORDS), max_size=8))
def test_no_mix_of_words_cancels_with_a_negation_or_a_question(words):
    text = " ".join(words)
    if read(text).meaning is Meaning.CANCEL:
        folded = fold(text)
        assert "?" not in text
        assert not any(
            sign in folded.split() for sign in ("jamais", "not", "don", "sauf", "ou", "si", "comment", "non", "no")
        )


@given(
    st.sampled_from(CANCELS),
    st.sampled_from(["?", " ou pas", " demain", " sauf si", " les sms", " non", " 24", " jamais"]),
)
def test_a_word_more_makes_a_cancellation_doubtful(text, more):
    assert read(text + more).meaning is not Meaning.CANCEL


@given(
    st.sampled_from(CONFIRMS + CANCELS),
    st.sampled_from([str.upper, str.lower, str.title, lambda t: f"  {t} ", lambda t: t + " !!"]),
)
def test_case_blanks_and_exclamations_change_nothing(text, change):
    assert read(change(text)).meaning is read(text).meaning


@given(st.integers(0, 6), st.sampled_from("aeiouyzstn"))
def test_one_wrong_letter_is_still_understood(place, letter):
    wrong = "annuler"[:place] + letter + "annuler"[place + 1 :]

    assert is_cancel_word(wrong) or wrong in {"annuel", "annuels"}


def _looks_like_cancelling(word: str) -> bool:
    squeezed = "".join(sign for at, sign in enumerate(word) if word[at : at + 3] != sign * 3)
    roots = ("annul", "anul", "annule", "annuler", "annulez", "annulation", "cancel")
    return any(edit_distance(form, root, 2) <= 2 for form in (word, squeezed) for root in roots) and word != "cancer"
