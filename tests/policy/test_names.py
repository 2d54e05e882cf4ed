"""Which names are the same, which are so alike that one is likely a typo, and which are merely near."""

from __future__ import annotations

import importlib
import unicodedata

import pytest

from app.policy.names import composed, folded, nearest

ALIKE = [
    ("Max", "MAX"), ("max", "mAx"), ("straße", "STRASSE"), ("ann lee", "annlee"), ("ann lee", "ann  lee"),
    ("ａｎｎ", "ann"), ("ﬁn", "fin"), ("x²", "x2"), ("Ⅳ", "iv"), ("ΌΣΟΣ", "όσος"), ("İd", "i̇d"), ("ǅ", "ǆ"),
    ("zoë", unicodedata.normalize("NFD", "ZOË")), ("Å", "Å"), ("K1", "K1"), ("ǰ", "J̌"),
    ("ann\u00a0lee", "ann lee"), ("ann\u2009lee", "Ann Lee"), ("ÅNGSTRÖM", unicodedata.normalize("NFD", "ångström")),
    ("①", "1"), ("ſam", "sam"), ("ΐ", "Ϊ́"),
]  # fmt: skip
APART = [("max", "max1"), ("ann", "anna"), ("zoe", "zoë"), ("li", "Ii"), ("a-b", "ab"), ("a.b", "a_b"), ("s1", "s01")]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_case_forms_and_blanks_are_folded_away_and_folding_twice_changes_nothing(one: str, other: str) -> None:
    assert folded(one) == folded(other)
    assert folded(folded(one)) == folded(one)


@pytest.mark.parametrize(("one", "other"), APART)
def test_letters_digits_marks_and_accents_are_kept(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_only_what_is_composed_of_the_same_characters_is_the_same() -> None:
    assert composed(unicodedata.normalize("NFD", "zoë")) == "zoë"
    assert composed("ﬁn") != composed("fin")
    assert composed("Max") != composed("max")


def test_the_nearest_name_is_told_as_it_is_known() -> None:
    known = ["Max Ernst", "max.muster", "zoë", "s01234567"]
    assert nearest("maxernst", known) == "Max Ernst"
    assert nearest("max.mustr", known) == "max.muster"
    assert nearest("zoe", known) == "zoë"
    assert nearest("s01234576", known) == "s01234567"
    assert nearest("qqqq", known) is None


def test_what_the_migration_folds_is_what_the_service_folds() -> None:
    migration = importlib.import_module("migrations.versions.0004_names")
    assert migration.folded is folded
