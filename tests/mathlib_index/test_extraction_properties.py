"""What holds of extraction whatever the text."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from mathlib_index import extract_text
from mathlib_index.lexer import lex

LEAN_PIECES = st.sampled_from(
    [
        *("theorem ", "lemma ", "def ", "instance ", "inductive ", "structure ", "class "),
        *("namespace ", "section ", "end ", "mutual", "private ", "protected ", "open A in "),
        *("variable ", "include ", "omit ", "alias ", "attribute [", "deriving ", "extends "),
        *("field : T\n  ", "mk ::", "/-! # T\n* `A`: b -/", "∀ ", "fun ", ", ", "to_additive"),
        *("@[", "]", "@[simp] ", "/-", "-/", "/--", "/-!", "--", '"', 'r#"', "'", "\\", "«", "»"),
        *(":=", "|", "=>", "where", "by", "let ", "fun ", "deriving ", "(", ")", "{", "⟨", "⟩"),
        *("A", "b.c", "_root_.", "x'", "α", "0", " : ", " ", "\n", "\r\n", "\n  ", "\x00"),
    ]
)
ANY_SOURCE = st.lists(LEAN_PIECES | st.text(max_size=5), max_size=60).map("".join)

NAMES = st.from_regex(r"\A[a-z][a-z0-9]{0,5}('|_[a-zα-κ]{1,3})?\Z").map(lambda name: f"n_{name}")


@given(ANY_SOURCE)
def test_no_text_makes_extraction_fail(source: str) -> None:
    for found in extract_text(source, "Test.lean"):
        assert found.name
        assert 1 <= found.line <= source.count("\n") + 1
        assert len(found.body) <= 402


BINDERS = st.lists(
    st.tuples(st.sampled_from(["({})", "{{{}}}", "⦃{}⦄"]), NAMES), unique_by=lambda it: it[1]
)


@given(BINDERS, st.data())
def test_exactly_the_variables_that_a_statement_mentions_stand_before_it(
    binders: list[tuple[str, str]], data: st.DataObject
) -> None:
    written = [
        bracket.format(f"{name} : T{place}") for place, (bracket, name) in enumerate(binders)
    ]
    mentioned = [data.draw(st.booleans(), label=name) for _, name in binders]
    names = [name for (_, name), used in zip(binders, mentioned, strict=True) if used]
    source = f"variable {' '.join(written)}\ntheorem t : P {' '.join(names)} := p"
    expected = [text for text, used in zip(written, mentioned, strict=True) if used]
    assert extract_text(source, "Test.lean")[0].signature == " ".join([*expected, ": P", *names])


@given(ANY_SOURCE)
def test_lexing_keeps_every_offset_and_every_line(source: str) -> None:
    lexed = lex(source)
    assert len(lexed.code) == len(lexed.visible) == len(source)
    assert [i for i, c in enumerate(lexed.visible) if c == "\n"] == [
        i for i, c in enumerate(source) if c == "\n"
    ]


def without(text: str, *parts: str) -> str:
    for part in parts:
        text = text.replace(part, "")
    return text


# A closing mark is kept off the noise by blanks, so that no noise completes it.
NOISE = ANY_SOURCE.map(lambda text: without(text, "-", "/", '"', "\\", "\r") + "\ntheorem leak : T")
BLOCK_COMMENT = st.recursive(
    NOISE, lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"/- {' '.join(parts)} -/")
).map(lambda text: f"/- {text} -/")
LINE_COMMENT = NOISE.map(lambda text: "-- " + text.replace("\n", " "))
STRING = NOISE.map(lambda text: f'def text := "{text}"')


@given(st.lists(st.tuples(NAMES, BLOCK_COMMENT | LINE_COMMENT | STRING), max_size=6))
def test_comments_and_strings_never_leak_declarations(parts: list[tuple[str, str]]) -> None:
    source = "\n".join(f"{hidden}\ntheorem {name} : T := t" for name, hidden in parts)
    found = [item.name for item in extract_text(source, "Test.lean") if item.name != "text"]
    assert found == [name for name, _ in parts]


@dataclass(frozen=True)
class Stated:
    """One declaration as it will be written."""

    name: str
    keyword: str
    docstring: str
    type: str
    rooted: bool

    def render(self) -> str:
        doc = f"/-- {self.docstring} -/\n" if self.docstring else ""
        root = "_root_." if self.rooted else ""
        return f"{doc}{self.keyword} {root}{self.name} {self.type} := by\n  exact proof\n"


@dataclass(frozen=True)
class Scope:
    """A namespace or section with what it holds."""

    namespace: bool
    name: str
    inside: tuple[Stated | Scope, ...]


STATED = st.builds(
    Stated,
    name=st.lists(NAMES, min_size=1, max_size=2).map(".".join),
    keyword=st.sampled_from(["theorem", "lemma", "@[simp] theorem", "protected def", "abbrev"]),
    docstring=st.sampled_from(["", "Says something.", "Two\nlines, `code` and /- a comment -/."]),
    type=st.sampled_from([": T", "(x : A) : |x| ≤ x", "{p : A → B} (h : ∀ x, p x = x)\n    : C h"]),
    rooted=st.booleans(),
)
TREES = st.recursive(
    st.lists(STATED, max_size=3).map(tuple),
    lambda inner: st.lists(
        st.builds(
            Scope,
            namespace=st.booleans(),
            name=st.lists(NAMES, min_size=1, max_size=3).map(".".join),
            inside=inner,
        )
        | STATED,
        max_size=3,
    ).map(tuple),
    max_leaves=8,
)


def render(items: tuple[Stated | Scope, ...]) -> str:
    text = ""
    for item in items:
        if isinstance(item, Stated):
            text += item.render()
        else:
            opener = "namespace" if item.namespace else "section"
            text += f"{opener} {item.name}\n{render(item.inside)}end {item.name}\n"
    return text


def expected(items: tuple[Stated | Scope, ...], prefix: str = "") -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for item in items:
        if isinstance(item, Stated):
            name = item.name if item.rooted else prefix + item.name
            found.append((name, item.docstring, " ".join(item.type.split())))
        else:
            found += expected(item.inside, f"{prefix}{item.name}." if item.namespace else prefix)
    return found


@given(TREES)
def test_names_docstrings_and_types_survive_any_nesting(
    tree: tuple[Stated | Scope, ...],
) -> None:
    found = extract_text(render(tree), "Test.lean")
    assert [(item.name, item.docstring, item.signature) for item in found] == expected(tree)
