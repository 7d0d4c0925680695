"""A goal in plain English, as a question for the search tool."""

from __future__ import annotations

import re

from lean_agent.models.portfolio.goal import Goal

# Said of a symbol wherever it stands in a formula.
_SYMBOLS = {
    "++": "append",
    "::": "cons",
    "[]": "empty list",
    "+": "addition",
    "*": "multiplication",
    "-": "subtraction",
    "/": "division",
    "%": "remainder modulo",
    "^": "power",
    "∣": "divides",
    "≤": "less than or equal",
    "<": "less than",
    "≠": "not equal",
    "=": "equals",
    "↔": "if and only if",
    "→": "implies",
    "∧": "and",
    "∨": "or",
    "¬": "not",
    "∃": "there exists",
    "∃!": "there exists exactly one",
    "∀": "for all",
    "∈": "member",
    "∉": "not a member",
    "⊆": "subset",
    "∪": "union",
    "∩": "intersection",
    "\\": "set difference",
    "∅": "empty set",
    "ᶜ": "complement",
    "''": "image",
    "⁻¹'": "preimage",
    "∘": "composition",
    "&&": "boolean and",
    "||": "boolean or",
    "!": "boolean not",
    "=>": "",  # of `fun x => …`
}
# Of these, what makes sets; what their members are is worth a question of its own.
_SETS = ("∪", "∩", "\\", "ᶜ", "''", "⁻¹'")
_TOKEN = re.compile(
    # ᶜ counts as a letter, but is no part of a name
    r"(?P<name>[A-Za-z_](?:(?!ᶜ)[\w'])*(?:\.[A-Za-z_](?:(?!ᶜ)[\w'])*)*)|(?P<number>\d+)"
    r"|\.(?P<field>[a-z]\w+)"
    r"|(?P<symbol>" + "|".join(re.escape(s) for s in sorted(_SYMBOLS, key=len, reverse=True)) + ")"
)


def describe(formula: str) -> str:
    """The notions of a formula in the order in which they stand, each once.

    For example `(l ++ m).length = m.length + l.length` is "append length equals addition".
    Variables say nothing and are left out.
    """
    said: list[str] = []
    for found in _TOKEN.finditer(formula):
        if found["symbol"]:
            said.append(_SYMBOLS[found["symbol"]])
        elif found["number"]:
            said.append({"0": "zero", "1": "one", "2": "two"}.get(found["number"], "number"))
        elif found["field"]:
            said.append(_spaced(found["field"]))
        else:
            said += _notions(found["name"])
    return " ".join(dict.fromkeys(filter(None, said)))


def questions(goal: Goal) -> list[str]:
    """What to ask the search tool about a goal, at most four questions."""
    formulas = goal.formulas
    named = " ".join(name for formula in formulas for name in constants(formula))
    asked = [describe(f"{goal.target} {named}"), goal.target]
    if any("∈" in formula or "⊆" in formula for formula in formulas):
        used = [_SYMBOLS[sign] for sign in _SETS if any(sign in f for f in formulas)]
        asked += [f"an element is in the {words} exactly when" for words in used]
    return [question for question in asked if question][:4]


def constants(formula: str) -> list[str]:
    """Names in a formula that are written out in full, such as `Function.Injective`."""
    names = re.findall(r"(?<![\w.'])[A-Z][\w']*(?:\.[A-Za-z][\w']*)*", formula)
    plain = {"Prop", "Type", "Nat", "Bool", "List", "Option", "Set", "True", "False", "Sort"}
    return [name for name in dict.fromkeys(names) if name not in plain and len(name) > 1]


def _notions(name: str) -> list[str]:
    """`Function.Injective` is injective, `l.reverse` reverse; a bare variable is nothing."""
    parts = name.split(".")
    if len(parts) > 1:
        return [_spaced(part) for part in parts[1:] if len(part) > 1]
    return [_spaced(name)] if name[0].isupper() and len(name) > 1 else []


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name).lower()
