import json

import pytest

from tests.golden.reports import HOMEWORKS, KEY, golden, lines, samples


@pytest.mark.parametrize("homework", HOMEWORKS)
def test_every_item_of_every_kept_submission_has_its_verdict_and_points(homework: str) -> None:
    kept = [json.loads(line) for line in golden(homework).read_text("utf-8").splitlines()]
    assert list(lines(homework)) == kept


@pytest.mark.parametrize("homework", HOMEWORKS)
def test_the_kept_lines_are_of_all_samples_and_of_the_key(homework: str) -> None:
    kept = [json.loads(line)[0] for line in golden(homework).read_text("utf-8").splitlines()]
    assert set(kept) == {*(path.stem for path in samples(homework)), KEY}
