"""The processes of one run begin with what takes long, and every test is in the order once."""

from tests.order import dealt

FOLDERS = ["portal"] * 6 + ["browser"] * 3 + ["core"] * 5 + ["setup"] * 2 + ["drills"]
ITEMS = [f"{folder} {number}" for number, folder in enumerate(FOLDERS)]


def folders(items: list[str]) -> list[str]:
    return [item.split()[0] for item in items]


def test_each_process_begins_with_long_tests():
    found = dealt(ITEMS, FOLDERS, 2)

    # The first of two is given half of the tests, or one less.
    half = len(ITEMS) // 2
    assert folders(found[:5]) == ["browser"] * 3 + ["drills"] + ["portal"]
    assert folders(found[half : half + 3]) == ["setup"] * 2 + ["portal"]
    assert sorted(found) == sorted(ITEMS)


def test_all_but_the_first_process_begin_with_what_waits_for_nothing():
    found = dealt(ITEMS, FOLDERS, 2, waits=lambda item: item in {"setup 14", "browser 6"})

    half = len(ITEMS) // 2
    assert (found[0], found[half : half + 2]) == ("browser 6", ["setup 15", "setup 14"])


def test_no_test_is_lost_when_the_long_ones_are_most():
    long = [item for item in ITEMS if item.startswith("browser")]

    for processes in (1, 2, 5):
        assert sorted(dealt(long, ["browser"] * 3, processes)) == long
        assert sorted(dealt(ITEMS, FOLDERS, processes)) == sorted(ITEMS)
