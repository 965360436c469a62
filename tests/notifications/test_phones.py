"""Which numbers receive SMS, known before sending; the ranges are those of Arcep and of the overseas plans."""

import pytest

from notifications.phones import NumberKind, classify


@pytest.mark.parametrize(
    "number",
    [
        "+33639980001",  # fiction
        "+33612345678",
        "+33712345678",
        "+262692000000",  # Réunion
        "+262639000000",  # Mayotte
        "+590690000000",  # Guadeloupe
        "+594694000000",  # Guyane
        "+596696000000",  # Martinique
        "+508551234",  # Saint-Pierre-et-Miquelon
        "+687751234",  # Nouvelle-Calédonie
        "+68987123456",  # Polynésie
        "+32470123456",
    ],
)
def test_mobile_is_known(number):
    assert classify(number) is NumberKind.MOBILE


@pytest.mark.parametrize(
    "number", ["+33148972014", "+33972123456", "+262262900000", "+590590821234", "+596596501234", "+68940412345"]
)
def test_landline_is_known(number):
    assert classify(number) is NumberKind.LANDLINE


@pytest.mark.parametrize(
    "number",
    ["", "x", "0612345678", "+33", "+3361234567", "+336123456789", "+33012345678", "+999123456789", "+33 612345678"],
)
def test_what_is_no_number_is_known(number):
    assert classify(number) is NumberKind.INVALID
