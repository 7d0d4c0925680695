"""Problem: one theorem to prove."""

from __future__ import annotations

import re
from functools import lru_cache

from pydantic import Field, ValidationError, field_validator
from pydantic_core import PydanticCustomError

from lean_agent.chat import Frozen
from lean_agent.lean.lexer import tokens

MAX_CHARACTERS = 100_000
"""The longest statement or header. Those of the public benchmarks have some hundreds."""

UNUSABLE = "unusable"
"""The type of our own complaints among Pydantic's: the field's name begins the sentence."""

# The word that declares the goal, at the start of a line, with its modifiers,
# and the name that follows it. A few ProofNet goals are definitions. It does not
# know comments: `declaration` does.
_DECLARATION = re.compile(
    r"^(?:(?:noncomputable|protected|@\[[^\]\n]*\])\s+)*"
    r"(?P<keyword>theorem|lemma|def)\s+(?P<name>(?:«[^»]*»|[^\s:({\[⦃«»])+)",
    re.MULTILINE,
)
# Words that declare something, whether it could be a goal or not.
_DECLARING = frozenset(
    """
    theorem lemma def abbrev instance example axiom opaque
    structure class inductive coinductive
    """.split()  # noqa: SIM905
)
_PROOF_START = re.compile(r":=\s*(?:by\b\s*)?(?:sorry\s*)?\Z")


class Problem(Frozen):
    """A theorem to prove.

    `statement` is the declaration up to, not including, its `:=`, for example
    `theorem and_swap' (a b : Prop) (h : a ∧ b) : b ∧ a`; a trailing `:=`,
    `:= by` or `sorry` is dropped on the way in. `header` is what goes before it
    in a Lean file (imports, `open`s). `id` is unique in a benchmark, which the
    theorem's own name may not be. `difficulty` runs from 1 to 5.
    """

    id: str = Field(min_length=1)
    statement: str
    header: str = ""
    informal: str = ""
    split: str = "test"
    topic: str = ""
    difficulty: int | None = Field(default=None, ge=1, le=5)

    @field_validator("*", mode="before")
    @classmethod
    def _is_text(cls, value: object) -> object:
        if isinstance(value, str):
            try:
                value.encode()
            except UnicodeEncodeError:
                raise unusable("is not UTF-8 text") from None
        return value

    @field_validator("statement", "header")
    @classmethod
    def _is_short(cls, text: str) -> str:
        if len(text) > MAX_CHARACTERS:
            raise unusable(f"has {len(text):,} characters; the limit is {MAX_CHARACTERS:,}")
        return text

    @field_validator("statement")
    @classmethod
    def _one_bare_declaration(cls, statement: str) -> str:
        return _one_bare_declaration(statement)

    @property
    def declaration(self) -> re.Match[str]:
        """The statement's declaration, as `declaration` finds it."""
        found = declaration(self.statement)
        assert found is not None  # the validator saw to it
        return found

    @property
    def name(self) -> str:
        """The theorem's own name."""
        return self.declaration["name"]


def declaration(text: str) -> re.Match[str] | None:
    """The first match of _DECLARATION that is code: not in a comment, docstring or string."""
    places: set[tuple[int, int]] | None = None
    for found in _DECLARATION.finditer(text):
        if places is None:
            places = {(word.line, word.column) for word in tokens(text)}
        start = found.start("keyword")
        line_start = text.rfind("\n", 0, start) + 1
        if (text.count("\n", 0, start) + 1, start - line_start) in places:
            return found
    return None


# A run reads the same statements again with every sample.
@lru_cache(maxsize=4096)
def _one_bare_declaration(statement: str) -> str:
    bare = _PROOF_START.sub("", statement.strip()).rstrip()
    if declaration(bare) is None:
        raise unusable("must declare a theorem: `theorem NAME … : …`")
    declared = [word.text for word in tokens(bare) if word.text in _DECLARING]
    if len(declared) > 1:
        # Which of them would be the goal, and which may the proof state anew?
        raise unusable(
            f"must declare one theorem and nothing else, but holds {len(declared)} "
            f"declarations ({', '.join(declared[:5])}); the header is for what the theorem "
            "needs before it"
        )
    return bare


def complaint(error: ValidationError) -> tuple[str, str]:
    """The field that the first complaint is about, and the complaint: `must …`, `has …`."""
    first = error.errors()[0]
    return ".".join(str(part) for part in first["loc"]), first["msg"]


def unusable(what: str) -> PydanticCustomError:
    """What a validator of a field raises; the sentence begins with the field's name."""
    # The message is a template, in which braces would mean something.
    return PydanticCustomError(UNUSABLE, "{what}", {"what": what})
