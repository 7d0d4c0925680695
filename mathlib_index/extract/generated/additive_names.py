"""The name that `@[to_additive]` gives to the additive version of a declaration.

The rules are those of Mathlib's own implementation, `Mathlib/Tactic/ToAdditive/Frontend.lean`:
cut the last component of the name into words, translate word by word, mend what comes out wrong,
and put the result in the translated namespace.
"""

from __future__ import annotations

from collections.abc import Mapping

# How a word is translated. Words are compared in lower case; the first word of the outcome is
# written with the capitals of what it replaces.
_WORDS: dict[str, tuple[str, ...]] = {
    "one": ("zero",),
    "mul": ("add",),
    "smul": ("vadd",),
    "inv": ("neg",),
    "div": ("sub",),
    "prod": ("sum",),
    "hmul": ("hadd",),
    "hsmul": ("hvadd",),
    "hdiv": ("hsub",),
    "hpow": ("hsmul",),
    "finprod": ("finsum",),
    "tprod": ("tsum",),
    "pow": ("nsmul",),
    "npow": ("nsmul",),
    "zpow": ("zsmul",),
    "mabs": ("abs",),
    "rootable": ("divisible",),
    "zpowers": ("zmultiples",),
    "powers": ("multiples",),
    "multipliable": ("summable",),
    "gpfree": ("apfree",),
    "square": ("even",),
    "mconv": ("conv",),
    "mlconvolution": ("lconvolution",),
}
_WORDS |= {
    word.lower(): ("add", word)
    for word in (
        *("Monoid", "Submonoid", "Group", "Subgroup", "Semigroup", "Magma", "Haar", "Prehaar"),
        *("Unit", "Units", "Cyclic", "Semigrp", "Grp", "Commute", "Semiconj", "Quantale"),
        "Irreducible",
    )
}

# Runs of translated words that are written otherwise. `_` is a word by itself.
_MENDINGS: dict[tuple[str, ...], str] = {
    ("zero", "_", "le"): "nonneg",
    ("zero", "LE"): "nonneg",
    ("Zero", "LE"): "Nonneg",
    ("zero", "_", "lt"): "pos",
    ("zero", "LT"): "pos",
    ("Zero", "LT"): "Pos",
    ("le", "_", "zero"): "nonpos",
    ("LE", "Zero"): "Nonpos",
    ("lt", "_", "zero"): "neg",
    ("LT", "Zero"): "Neg",
    ("add", "_", "single"): "single",
    ("add", "_", "support"): "support",
    ("add", "_", "tsupport"): "tsupport",
    ("add", "_", "indicator"): "indicator",
    ("add", "TSupport"): "tsupport",
    ("Add", "TSupport"): "TSupport",
    ("function", "_", "add", "Semiconj"): "function_semiconj",
    ("function", "_", "add", "Commute"): "function_commute",
    ("HSmul",): "HSMul",
    ("NSmul",): "NSMul",
    ("Nsmul",): "NSMul",
    ("ZSmul",): "ZSMul",
}
# The same, for runs that are mended in both cases: `cancelAdd` as well as `CancelAdd`.
_MENDINGS_IN_BOTH_CASES = {
    "cancel Add": "addCancel",
    "left Cancel Add": "addLeftCancel",
    "right Cancel Add": "addRightCancel",
    "cancel Comm Add": "addCancelComm",
    "comm Add": "addComm",
    "add Single": "single",
    "add Support": "support",
    "add Indicator": "indicator",
    "is Even": "even",
    "is Regular": "isAddRegular",
    "is Left Regular": "isAddLeftRegular",
    "is Right Regular": "isAddRightRegular",
    "has Fundamental Domain": "hasAddFundamentalDomain",
    "quotient Measure": "addQuotientMeasure",
    "neg Fun": "invFun",
    "unique Prods": "uniqueSums",
    "order Of": "addOrderOf",
    "is Of Fin Order": "isOfFinAddOrder",
    "is Central Scalar": "isCentralVAdd",
    "zero Le Part": "posPart",
    "le Zero Part": "negPart",
    "division Add Monoid": "subtractionMonoid",
    "sub Neg Zero Add Monoid": "subNegZeroMonoid",
    "modular Character": "addModularCharacter",
}


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


_MENDINGS |= {tuple(run.split()): mended for run, mended in _MENDINGS_IN_BOTH_CASES.items()}
_MENDINGS |= {
    tuple(_upper_first(run).split()): _upper_first(mended)
    for run, mended in _MENDINGS_IN_BOTH_CASES.items()
}
_MENDINGS |= {
    ("is", "Scalar", "Tower"): "vaddAssocClass",
    ("Is", "Scalar", "Tower"): "VAddAssocClass",
}
_LONGEST_MENDING = max(map(len, _MENDINGS))

# Names that count as one word although a capital follows a capital.
_CAPITAL_ENDINGS = {"LE": ("",), "LT": ("",), "WF": ("",), "Coe": ("TC", "T", "HTCT")}

# Translations of names that Lean's core library declares, or that no declaration bears.
_CORE_NAMES = {
    "One": "Zero",
    "Mul": "Add",
    "Div": "Sub",
    "Inv": "Neg",
    "Pow": "SMul",
    "SMul": "VAdd",
    "HMul": "HAdd",
    "HDiv": "HSub",
    "HPow": "HSMul",
    "HSMul": "HVAdd",
    "QuotientGroup": "QuotientAddGroup",
}


def additive_word(name: str) -> str:
    """One component of a name in additive form: `mul_comm'` becomes `add_comm'`."""
    return "'".join("".join(_mend(_translate(split_case(part)))) for part in name.split("'"))


def split_case(name: str) -> list[str]:
    """Cut a component at capitals and underscores: `isSMul_one` is `is`, `SMul`, `_`, `one`."""
    words: list[str] = []
    start = position = 0
    while position + 1 < len(name):
        here, following = name[position], name[position + 1]
        end = position + 1
        if here == "_" or following == "_":
            words.append(name[start:end])
            start = position = end
            continue
        if _is_upper(following):
            rest = name[end : end + 4]
            endings = _CAPITAL_ENDINGS.get(name[start:end], ())
            ending = next((ending for ending in endings if rest.startswith(ending)), None)
            if ending is not None or not _is_upper(here):
                end += len(ending or "")
                words.append(name[start:end])
                start = position = end
                continue
        position = end
    words.append(name[start:])
    return words


def _is_upper(character: str) -> bool:
    return "A" <= character <= "Z"


def _translate(words: list[str]) -> list[str]:
    translated: list[str] = []
    for word in words:
        first, *rest = _WORDS.get(word.lower(), (word,))
        translated += [_with_capitals_of(word, first), *rest]
    return translated


def _with_capitals_of(model: str, word: str) -> str:
    """`word`, each letter upper or lower like the letter of `model` at its place."""
    shaped = [
        letter.upper() if _is_upper(like) else letter.lower() if "a" <= like <= "z" else letter
        for like, letter in zip(model, word, strict=False)
    ]
    return "".join(shaped) + word[len(shaped) :]


def _mend(words: list[str]) -> list[str]:
    mended: list[str] = []
    position = 0
    while position < len(words):
        for length in range(min(_LONGEST_MENDING, len(words) - position), 0, -1):
            outcome = _MENDINGS.get(tuple(words[position : position + length]))
            if outcome is not None:
                mended.append(outcome)
                position += length
                break
        else:
            mended.append(words[position])
            position += 1
    return mended


class AdditiveNames:
    """The dictionary of `@[to_additive]`: what each declaration that bears it translates to."""

    def __init__(self, targets: Mapping[str, str | None]) -> None:
        """`targets` maps each declaration that bears the attribute to the name in the attribute.

        None stands for an attribute without a name: it is derived.
        """
        self._targets = targets
        self._known: dict[str, str] = dict(_CORE_NAMES)

    def translation(self, name: str) -> str | None:
        """The additive name of a declaration; None if it does not bear the attribute."""
        known = self._known.get(name)
        if known is None and name in self._targets:
            known = self._known[name] = self.target(name, self._targets[name])
        return known

    def target(self, name: str, given: str | None) -> str:
        """The name that `@[to_additive given] name` makes.

        A given name replaces as many components as it has, less one: the namespace in front of
        them is translated.
        """
        namespace, _, last = name.rpartition(".")
        namespace = self.translate_prefix(namespace)
        if given is None:
            return _join(namespace, additive_word(last))
        if given.startswith("_root_."):
            return given.removeprefix("_root_.")
        kept = namespace.split(".") if namespace else []
        replaced = given.count(".")
        return _join(".".join(kept[: max(0, len(kept) - replaced)]), given)

    def translate_prefix(self, name: str) -> str:
        """`name` with its longest prefix that has a translation replaced by that."""
        rest: list[str] = []
        prefix = name
        while prefix:
            known = self.translation(prefix)
            if known is not None:
                return ".".join([known, *reversed(rest)])
            prefix, _, component = prefix.rpartition(".")
            rest.append(component)
        return name


def _join(namespace: str, name: str) -> str:
    return f"{namespace}.{name}" if namespace else name
