from __future__ import annotations

from itertools import accumulate

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from planalign.domain.simulation import employee_key, employee_keys, new_hire_id, new_hire_ids

ids = st.lists(st.text(max_size=40).filter(lambda text: text.isprintable()), max_size=30)


@given(ids, st.integers(0, 20))
def test_many_keys_are_the_keys_of_each(texts: list[str], skipped: int) -> None:
    encoded = [text.encode() for text in texts]
    padding = b"x" * skipped  # a slice of an Arrow column starts past its buffer's start
    ends = [skipped, *(skipped + end for end in accumulate(map(len, encoded)))]
    data = np.frombuffer(padding + b"".join(encoded), dtype=np.uint8)

    narrow, wide = np.array(ends, dtype=np.int32), np.array(ends, dtype=np.int64)

    expected = [employee_key(text) for text in texts]
    assert employee_keys(narrow, data).tolist() == expected
    assert employee_keys(wide, data).tolist() == expected


def test_padding_does_not_make_two_ids_equal() -> None:
    assert len({employee_key("A" + "\0" * zeros) for zeros in range(20)}) == 20


def test_a_hundred_thousand_ids_have_as_many_keys() -> None:
    hires = new_hire_ids(2027, 100_000)

    assert len(np.unique(employee_keys(hires.offsets, hires.data))) == 100_000


@pytest.mark.parametrize("count", [0, 1, 9, 1_000])
def test_hires_are_numbered_from_1(count: int) -> None:
    assert new_hire_ids(2027, count).tolist() == [
        new_hire_id(2027, rank) for rank in range(1, count + 1)
    ]


def test_the_millionth_hire_gets_one_more_digit() -> None:
    hires = new_hire_ids(2027, 1_000_001).tolist()

    assert hires[999_998:] == ["NH_2027_999999", "NH_2027_1000000", "NH_2027_1000001"]
