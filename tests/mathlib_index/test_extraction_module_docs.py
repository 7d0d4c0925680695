"""What the module comments of a file add to its declarations."""

from __future__ import annotations

import pytest
from reading import read

from mathlib_index import extract_text


def test_the_context_is_the_title_and_the_nearest_heading_above() -> None:
    found = read("""
        /-!
        # Normal   functions.

        ## Main definitions
        -/
        theorem first : P := p
        /-! ### Basic lemmas -/
        theorem second : P := p
        /-! A comment without a heading. -/
        theorem third : P := p
        /-! #### More
        ##### not this -/
        theorem fourth : P := p
    """)
    assert [item.context for item in found.values()] == [
        "Normal functions",
        "Normal functions › Basic lemmas",
        "Normal functions › Basic lemmas",
        "Normal functions › More",
    ]
    assert read("theorem t : P := p")["t"].context == ""


REMARKS = """
/-!
# Title

Some words on `N.prose`, which are no list.

## Main definitions

* `N.full`: the full one,
  which goes on
  for lines
* `short n`: said without its namespace
- `N.one`, `N.two` and `N.three x` : three at once
1. the **rank theorem**: `N.inside`
* `N.nothing`
* `elsewhere`: not declared here

`N.paragraph`: without a bullet

## References

* `N.cited`: not a remark
-/
namespace N
theorem full : P := p
theorem short : P := p
theorem one : P := p
theorem two : P := p
theorem three : P := p
theorem inside : P := p
theorem nothing : P := p
theorem paragraph : P := p
theorem cited : P := p
theorem prose : P := p
end N
"""


@pytest.mark.parametrize(
    ("name", "remark"),
    [
        ("full", "the full one, which goes on for lines"),
        ("short", "said without its namespace"),
        ("one", "three at once"),
        ("three", "three at once"),
        ("inside", "the **rank theorem**: `N.inside`"),
        ("nothing", ""),
        ("paragraph", "without a bullet"),
        ("cited", ""),
        ("prose", ""),
    ],
)
def test_a_remark_is_what_a_list_item_says_of_a_declaration(name: str, remark: str) -> None:
    assert read(REMARKS)[f"N.{name}"].remark == remark


def test_a_full_name_is_taken_before_one_that_only_ends_alike() -> None:
    found = extract_text(
        "/-!\n* `b`: at the root\n-/\ntheorem a.b : P := p\ntheorem b : P := p", "T"
    )
    assert [item.remark for item in found] == ["", "at the root"]
