"""The strict check of the embedded Lean: nothing but the kernel's word on the compiled code counts.

No test here goes through the fast check, and nothing looks at the words of a submission.
"""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from process_table import children, wait_until

from lean_agent.lean.goal import StatementError
from lean_agent.lean.limits import ProcessLimits
from lean_agent.lean.repl import ReplCrash, ReplFlood, ReplOutOfMemory, ReplTimeout
from lean_agent.lean.strict.embedded import EmbeddedStrictChecker
from lean_agent.lean.strict.olean import OleanError, read_constants
from lean_agent.lean.strict.theory import Kind, Terms
from lean_agent.lean.toolchain import Toolchain
from lean_agent.problem import Problem

SWAP = "theorem swap (a b : Prop) (h : a ∧ b) : b ∧ a"
PROOF = f"{SWAP} := ⟨h.2, h.1⟩"
WRONG = "theorem wrong : 1 = 2"
NO_KERNEL = "set_option debug.skipKernelTC true\n"
ENDLESS = f"{SWAP} := by repeat skip"
ENDLESS_SUM = "theorem sum : Nat.sumTo (fun n => n) 100000000 = 3"
LARGE_LIST = "theorem large : (List.replicate 1000000 1).length = 3"


class Case:
    """A submission: `header`, `statement`, `code`."""

    def __init__(self, statement: str, code: str, header: str = "") -> None:
        self.problem = Problem(id="p", statement=statement, header=header)
        self.code = code


@pytest.fixture(scope="module")
def checker(toolchain: Toolchain) -> EmbeddedStrictChecker:
    return EmbeddedStrictChecker(toolchain)


@pytest.fixture(autouse=True)
def nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No process and no folder outlives a check, however it ends."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    processes = set(children(os.getpid()))
    yield
    wait_until(lambda: set(children(os.getpid())) <= processes)
    assert not list(tmp_path.iterdir())


HONEST = {
    "a term": Case(SWAP, PROOF),
    "tactics": Case(SWAP, f"{SWAP} := by\n  constructor\n  · exact h.2\n  · exact h.1"),
    "other names of variables": Case(SWAP, "theorem swap (p q) (x : p ∧ q) : q ∧ p := ⟨x.2, x.1⟩"),
    "another way to say it": Case(
        "theorem no (a : Prop) (h : a) : ¬¬a",
        "theorem no (a : Prop) (h : a) : (a → False) → False := fun n => n h",
    ),
    "a definition": Case(
        "def const (α : Type _) (β : Type _) : α → β → α",
        "def const (α : Type _) (β : Type _) : α → β → α := fun a _ => a",
    ),
    "a definition with a property": Case(
        "def next (n : Nat) : { m : Nat // n < m }",
        "def next (n : Nat) : { m : Nat // n < m } := ⟨n + 1, Nat.lt_add_one n⟩",
    ),
    "universes": Case(
        "theorem same.{u, v} (α : Sort u) (β : Type v) (f : α → β) : f = f",
        "theorem same.{b, a} (α : Sort a) (β : Type b) (f : α → β) : f = f := rfl",
    ),
    "more universes than asked for": Case(
        "theorem same (α : Type) (x : α) : x = x",
        "theorem same.{u} (α : Sort u) (x : α) : x = x := rfl",
    ),
    "a header with definitions": Case(
        "theorem two_eq : two = 2",
        "theorem helper : two = 1 + 1 := rfl\ntheorem two_eq : two = 2 := helper",
        header="def two : Nat := 2",
    ),
    "a header that ends inside namespaces and a section": Case(
        "theorem eta : p = ⟨p.x, p.y⟩",
        "theorem eta : p = ⟨p.x, p.y⟩ := rfl",
        header="namespace A\nnamespace B\nstructure P where\n  x : Nat\n  y : Nat\n"
        "section\nvariable (p : P)",
    ),
    "private names in the header": Case(
        "theorem two_eq : g 1 = 2",
        "theorem two_eq : g 1 = 2 := g1",
        header="private def g (n : Nat) := n + 1\nprivate theorem g1 : g 1 = 2 := rfl",
    ),
    "a statement that matches": Case(
        "theorem one (n : Nat) : (match n with | 0 => 1 | k + 1 => 1) = 1",
        "theorem helper (n : Nat) : (match n with | 0 => 1 | k + 1 => 1) = 1 := by\n"
        "  cases n <;> rfl\n"
        "theorem one (n : Nat) : (match n with | 0 => 1 | k + 1 => 1) = 1 := by\n"
        "  have : ∀ b : Bool, (match b with | true => 1 | false => 1) = 1 := by\n"
        "    intro b; cases b <;> rfl\n"
        "  exact helper n",
    ),
    "an inductive family": Case(
        SWAP,
        "inductive Vec (α : Type u) : Nat → Type u\n  | nil : Vec α 0\n"
        "  | cons : α → Vec α n → Vec α (n + 1)\n"
        "def Vec.size {α : Type u} : Vec α n → Nat\n  | .nil => 0\n  | .cons _ v => v.size + 1\n"
        "theorem Vec.size_eq {α : Type u} : (v : Vec α n) → v.size = n\n  | .nil => rfl\n"
        "  | .cons _ v => congrArg (· + 1) v.size_eq\n"
        f"{SWAP} := by\n  have := Vec.size_eq (Vec.nil (α := Nat))\n  exact ⟨h.2, h.1⟩",
    ),
    "a nested inductive type": Case(
        "theorem leaf_ne : True",
        "inductive Tree where\n  | node : List Tree → Tree\n"
        "def root : Tree → List Tree\n  | .node ts => ts\n"
        "theorem leaf_ne : True := (fun (_ : root (.node []) = []) => trivial) rfl",
    ),
    "types declared together": Case(
        "theorem t : True",
        "mutual\ninductive Even' : Nat → Prop\n  | zero : Even' 0\n"
        "  | succ : Odd' n → Even' (n + 1)\n"
        "inductive Odd' : Nat → Prop\n  | succ : Even' n → Odd' (n + 1)\nend\n"
        "theorem two : Even' 2 := .succ (.succ .zero)\n"
        "theorem t : True := (fun _ => trivial) two",
    ),
    "a structure with classes": Case(
        "theorem t : (1 : Nat) = 1",
        "class Magic (α : Type) where\n  spell : α\ninstance : Magic Nat := ⟨1⟩\n"
        "theorem t : (Magic.spell : Nat) = 1 := rfl",
    ),
    "well-founded recursion": Case(
        "theorem t : True",
        "def count (n : Nat) : Nat := if h : n = 0 then 0 else count (n - 1) + 1\n"
        "termination_by n\ndecreasing_by omega\n"
        "theorem zero : count 0 = 0 := by rw [count]; rfl\n"
        "theorem t : True := (fun (_ : count 0 = 0) => trivial) zero",
    ),
    "recursion of several": Case(
        "theorem t : True",
        "mutual\ndef even : Nat → Bool\n  | 0 => true\n  | n + 1 => odd n\n"
        "def odd : Nat → Bool\n  | 0 => false\n  | n + 1 => even n\nend\n"
        "theorem zero : even 0 = true := by rw [even]\n"
        "theorem t : True := (fun _ => trivial) zero",
    ),
    "large numbers and texts": Case(
        "theorem t : 2 ^ 70 = 1180591620717411303424",
        'def greeting := "größer"\ntheorem still : greeting = "größer" := rfl\n'
        "theorem t : 2 ^ 70 = 1180591620717411303424 :=\n"
        "  (fun (_ : greeting = greeting) => by decide) rfl",
    ),
    "a proof that the kernel computes": Case(
        "theorem t : 123456789 % 1000 = 789",
        "theorem t : 123456789 % 1000 = 789 := by decide +kernel",
    ),
    "local notation and macros": Case(
        SWAP,
        'local notation a " & " b => And a b\nmacro "both" : tactic => `(tactic| constructor)\n'
        'syntax "qed" : term\nmacro_rules | `(qed) => `(⟨h.2, h.1⟩)\n'
        "theorem swap (a b : Prop) (h : a & b) : b & a := by\n"
        "  both\n  · exact h.2\n  · exact h.1",
    ),
    "unsafe code beside the proof": Case(
        SWAP, f"unsafe def f (n : Nat) : Nat := f n\n@[extern \"x\"] opaque g : Nat\n{PROOF}"
    ),
    "no newline at the end": Case(SWAP, PROOF + "  -- done"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HONEST)
async def test_honest_proofs_are_confirmed(checker: EmbeddedStrictChecker, kind: str) -> None:
    case = HONEST[kind]
    confirmation = await checker.confirm(case.problem, case.code, 60)
    assert confirmation.confirmed, confirmation
    assert "sorryAx" not in confirmation.axioms


async def test_the_axioms_are_listed(checker: EmbeddedStrictChecker) -> None:
    case = Case(
        "theorem lem (a : Prop) : a ∨ ¬a", "theorem lem (a : Prop) : a ∨ ¬a := Classical.em a"
    )
    confirmation = await checker.confirm(case.problem, case.code, 60)
    assert confirmation.confirmed
    assert confirmation.axioms == ("Classical.choice", "Quot.sound", "propext")
    assert (await checker.confirm(Case(SWAP, PROOF).problem, PROOF, 60)).axioms == ()


# What is submitted, and a piece of the reason that it is not confirmed.
CHEATS = {
    "sorry": (Case(WRONG, f"{WRONG} := sorry"), "`sorry`"),
    "sorry in a lemma": (Case(WRONG, f"theorem h : 1 = 2 := sorry\n{WRONG} := h"), "`sorry`"),
    "sorry behind a macro": (
        Case(WRONG, f'macro "qed" : term => `(sorryAx _)\n{WRONG} := qed'),
        "`sorry`",
    ),
    "sorry in the type of a helper": (
        Case(WRONG, f"def P : Prop := sorry\ntheorem h (p : P) : P := p\n"
             f"theorem q : P → 1 = 2 := sorry\n{WRONG} := q sorry"),
        "`sorry`",
    ),
    "an axiom": (Case(WRONG, f"axiom bad : 1 = 2\n{WRONG} := bad"), "not allowed: bad"),
    "an axiom of the theorem's name": (Case(WRONG, "axiom wrong : 1 = 2"), "not allowed: wrong"),
    "an axiom of a standard name in a namespace": (
        Case(WRONG, f"axiom My.propext : 1 = 2\n{WRONG} := My.propext"),
        "not allowed: My.propext",
    ),
    "the kernel switched off": (
        Case(WRONG, f"{NO_KERNEL}{WRONG} := by decide +kernel"),
        "kernel does not accept",
    ),
    "the kernel switched off for a lemma": (
        Case(WRONG, f"{NO_KERNEL}in theorem h : 2 = 3 := by decide +kernel\n"
             f"{WRONG} := Nat.succ.inj h"),
        "kernel does not accept `h",
    ),
    "the kernel switched off for a definition": (
        Case(
            "def none : Empty",
            f"{NO_KERNEL}theorem h : False := by\n"
            "  have e : 1 = 2 := by decide +kernel\n  cases e\ndef none : Empty := h.elim",
        ),
        "kernel does not accept `h",
    ),
    "unsafe recursion": (Case(WRONG, "unsafe def wrong : 1 = 2 := wrong"), "unsafe or partial"),
    "partial recursion": (
        Case(
            "theorem t : ∃ n : Nat, n = n + 1",
            "partial def loop (n : Nat) : Nat := loop n + 1\n"
            f"{NO_KERNEL}theorem t : ∃ n : Nat, n = n + 1 := ⟨loop 0, by decide +kernel⟩",
        ),
        "kernel does not accept `t",
    ),
    "foreign code": (
        Case(
            "theorem t : ∃ f : Nat → Nat, f 0 = f 0 + 1",
            '@[extern "f"] opaque f : Nat → Nat\n'
            f"{NO_KERNEL}theorem t : ∃ f : Nat → Nat, f 0 = f 0 + 1 := ⟨f, by decide +kernel⟩",
        ),
        "kernel does not accept `t",
    ),
    "replaced code": (
        Case(
            "theorem t : f 1 = 2",
            "def g (n : Nat) := n + 1\nattribute [implemented_by g] f\n"
            f"{NO_KERNEL}theorem t : f 1 = 2 := by decide +kernel",
            header="def f (n : Nat) := n",
        ),
        "kernel does not accept `t",
    ),
    "the kernel's own word for evaluation": (
        Case(SWAP, f"opaque Lean.reduceBool (b : Bool) : Bool\n{PROOF}"),
        "belongs to Lean's library",
    ),
    "False as notation": (
        Case(
            "theorem absurd' : False",
            'local macro_rules | `(False) => `(True)\nlocal notation "False" => True\n'
            "theorem absurd' : False := trivial",
        ),
        "its type is another",
    ),
    "equations as a macro": (
        Case(WRONG, f"macro_rules | `($a = $b) => `(True)\n{WRONG} := trivial"),
        "its type is another",
    ),
    "numbers as a macro": (
        Case(WRONG, "local macro_rules | `(1 = $b) => `(2 = $b)\n" + f"{WRONG} := rfl"),
        "its type is another",
    ),
    "a macro that takes the theorem's place": (
        Case(
            WRONG,
            'macro (priority := high) "theorem" n:ident ":" term ":=" term : command =>\n'
            "  `(def $n:ident : True := trivial)\n"
            f"{WRONG} := rfl",
        ),
        "its type is another",
    ),
    "a macro that swallows the theorem": (
        Case(
            WRONG,
            'macro (priority := high) "theorem" ident ":" term ":=" term : command =>\n'
            "  `(example : True := trivial)\n"
            f"{WRONG} := rfl",
        ),
        "no `wrong`",
    ),
    "a header's definition again, in a namespace": (
        Case(
            "theorem t : f 1 = 2",
            "namespace X\ndef f (n : Nat) := n + 1\ntheorem _root_.t : f 1 = 2 := rfl",
            header="def f (n : Nat) := n",
        ),
        "its type is another",
    ),
    "a header's namespace left": (
        Case("theorem t : 1 = 2", "end A\ntheorem t : 1 = 1 := rfl", header="namespace A"),
        "no `A.t`",
    ),
    "an instance for the statement": (
        Case(
            "theorem t : (default : Nat) = 5",
            "instance (priority := 5000) five : Inhabited Nat := ⟨5⟩\n"
            "theorem t : (default : Nat) = 5 := rfl",
        ),
        "its type is another",
    ),
    "another numeral": (
        Case(
            "theorem t : (1 : Nat) = 2",
            "instance (priority := 5000) one : OfNat Nat 1 := ⟨2⟩\n"
            "theorem t : (1 : Nat) = 2 := rfl",
        ),
        "its type is another",
    ),
    "another statement": (Case(WRONG, "theorem wrong : 1 = 1 := rfl"), "its type is another"),
    "a hypothesis more": (
        Case(WRONG, "theorem wrong (h : 1 = 2) : 1 = 2 := h"),
        "its type is another",
    ),
    "a hypothesis from a variable": (
        Case(WRONG, "variable (h : 1 = 2)\ninclude h\n" + f"{WRONG} := h"),
        "its type is another",
    ),
    "one universe of it": (
        Case(
            "theorem same.{u} (α : Sort u) (x : α) : x = x",
            "theorem same (α : Type) (x : α) : x = x := rfl",
        ),
        "its type is another",
    ),
    "universes that are one": (
        Case(
            "theorem same.{u, v} (α : Type u) (β : Type v) (x : α) : x = x",
            "theorem same.{u} (α β : Type u) (x : α) : x = x := rfl",
        ),
        "its type is another",
    ),
    "an inductive type of the name": (
        Case(WRONG, "inductive wrong : Prop where\n  | intro"),
        "its type is another",
    ),
    "another name": (Case(SWAP, PROOF.replace("swap", "swop")), "no `swap`"),
    "a look-alike name": (Case(SWAP, PROOF.replace("swap", "swαp")), "no `swap`"),
    "in a namespace": (Case(SWAP, f"namespace X\n{PROOF}\nend X"), "no `swap`"),
    "an example": (Case(SWAP, PROOF.replace("theorem swap", "example")), "no `swap`"),
    "nothing": (Case(SWAP, ""), "no `swap`"),
    "the end before the theorem": (Case(SWAP, f"#exit\n{PROOF}"), "no `swap`"),
    "all of it a comment": (Case(SWAP, f"/-\n{PROOF}\n-/"), "no `swap`"),
    "a comment without end": (Case(SWAP, f"{PROOF}\n/- the end"), "does not compile"),
    "an error beside the proof": (Case(SWAP, f"{PROOF}\nexample : False := 0"), "compile"),
    "half a proof": (Case(SWAP, f"{SWAP} := by\n  constructor\n  · exact h.2"), "compile"),
    "words of success": (
        Case(
            WRONG,
            'notation "ok" => "Lean\'s kernel accepts the proof"\n#check ok\n'
            '#eval "{\\"axioms\\": []}"\n#print axioms Nat.add_comm',
        ),
        "no `wrong`",
    ),
    "a world of its own": (
        Case(WRONG, "prelude\ninductive Eq' : Prop | a\ntheorem wrong : Eq' := Eq'.a"),
        "its type is another",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", CHEATS)
async def test_cheats_are_not_confirmed(checker: EmbeddedStrictChecker, kind: str) -> None:
    case, reason = CHEATS[kind]
    confirmation = await checker.confirm(case.problem, case.code, 60)
    assert not confirmation.confirmed
    assert reason in confirmation.detail, confirmation


async def test_a_broken_problem_is_not_the_candidates_fault(checker: EmbeddedStrictChecker) -> None:
    unknown = Problem(id="p", statement="theorem t : Mystery.size = 1")
    with pytest.raises(StatementError, match="Mystery"):
        await checker.confirm(unknown, "theorem t : 1 = 1 := rfl", 60)
    twice = Problem(id="p", statement="theorem t : 1 = 2", header="theorem A.t : 1 = 2 := sorry")
    with pytest.raises(StatementError, match="more than one `t`"):
        await checker.confirm(twice, "theorem t : 1 = 2 := A.t", 60)


async def test_errors_are_in_the_lines_of_the_code(checker: EmbeddedStrictChecker) -> None:
    case = Case("theorem t : two = 2", "theorem t : two = 2 := 0", header="\ndef two := 2\n")
    confirmation = await checker.confirm(case.problem, case.code, 60)
    assert "\n1:23: " in confirmation.detail


async def test_a_statement_is_compiled_once(
    toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled = record_compiled(monkeypatch)
    checker = EmbeddedStrictChecker(toolchain)
    for _ in range(2):
        assert (await checker.confirm(Case(SWAP, PROOF).problem, PROOF, 60)).confirmed
    assert ["sorry" in source for source in compiled] == [True, False, False]


DAMAGE: dict[str, Callable[[bytes], bytes]] = {
    "no file": lambda data: data[:0],
    "half a file": lambda data: data[: len(data) // 2],
    "another file": lambda data: b"x" * len(data),
    "a header alone": lambda data: data[:96],
    "pointers into nowhere": lambda data: data[:96] + bytes(range(256)) * (len(data) // 256),
    "axioms that are called theorems": lambda data: data.replace(
        b"\0\0\0\0\x10\0\x01\x00", b"\0\0\0\0\x10\0\x01\x02"
    ),
}


@pytest.mark.parametrize("kind", DAMAGE)
async def test_what_a_candidate_did_to_its_compiled_module_is_seen(
    toolchain: Toolchain, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    record_compiled(monkeypatch, DAMAGE[kind])
    checker = EmbeddedStrictChecker(toolchain)
    case = Case(WRONG, "axiom wrong : 1 = 2")
    confirmation = await checker.confirm(case.problem, case.code, 60)
    assert not confirmation.confirmed
    assert "compiled module" in confirmation.detail


def record_compiled(
    monkeypatch: pytest.MonkeyPatch, damage: Callable[[bytes], bytes] = bytes
) -> list[str]:
    """The sources that are compiled from now on. Solutions are damaged when they are."""
    sources = []
    compile_ = EmbeddedStrictChecker._compile

    async def recording(
        self: EmbeddedStrictChecker, source: str, seconds: float, above: str = ""
    ) -> tuple[bytes | None, str]:
        sources.append(source)
        compiled, complaints = await compile_(self, source, seconds, above)
        is_solution = "sorry" not in source
        return (damage(compiled) if compiled and is_solution else compiled), complaints

    monkeypatch.setattr(EmbeddedStrictChecker, "_compile", recording)
    return sources


@pytest.fixture(scope="module")
def module(checker: EmbeddedStrictChecker) -> bytes:
    """A compiled module with an inductive type, a definition by matching and a theorem."""
    source = (
        "inductive T where | a | b (t : T)\ndef f : T → Nat | .a => 0 | .b t => f t + 1\n" + PROOF
    )
    compiled, _ = asyncio.run(checker._compile(source, 60))
    assert compiled is not None
    return compiled


def test_a_compiled_module_is_read_without_lean(module: bytes) -> None:
    constants = read_constants(module, Terms())
    kinds = {name: constant.kind for name, constant in constants.items()}
    assert kinds["swap",] is Kind.THEOREM and kinds["T",] is Kind.INDUCTIVE
    assert kinds["T", "b"] is Kind.CONSTRUCTOR and kinds["T", "rec"] is Kind.RECURSOR
    assert kinds["f",] is Kind.DEFINITION
    assert constants["T",].constructors == (("T", "a"), ("T", "b"))


@settings(max_examples=200, deadline=None)
@given(changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.binary(min_size=1, max_size=9))))
def test_a_damaged_module_is_refused_or_read_never_more(
    module: bytes, changes: list[tuple[int, bytes]]
) -> None:
    data = bytearray(module)
    for place, piece in changes:
        place %= len(data)
        data[place : place + len(piece)] = piece
    with suppress(OleanError):
        read_constants(bytes(data), Terms())


async def test_an_endless_proof_is_stopped(checker: EmbeddedStrictChecker) -> None:
    with pytest.raises(ReplTimeout) as stopped:
        await checker.confirm(Case(SWAP, ENDLESS).problem, ENDLESS, 1.5)
    assert stopped.value.cpu_seconds > 0.1


async def test_an_endless_computation_of_the_kernel_is_stopped(
    checker: EmbeddedStrictChecker,
) -> None:
    code = f"{NO_KERNEL}{ENDLESS_SUM} := by decide +kernel"
    with pytest.raises(ReplTimeout):
        await checker.confirm(Problem(id="p", statement=ENDLESS_SUM), code, 3)


async def test_a_cancelled_check_leaves_nothing(
    checker: EmbeddedStrictChecker, new_children: Callable[[], list[int]]
) -> None:
    check = asyncio.create_task(checker.confirm(Case(SWAP, ENDLESS).problem, ENDLESS, 60))
    await asyncio.to_thread(wait_until, lambda: len(new_children()) == 2)
    check.cancel()
    with pytest.raises(asyncio.CancelledError):
        await check
    assert not new_children()


@pytest.mark.parametrize("which", ["compiler", "judge"])
async def test_a_killed_process_is_a_crash_and_no_failed_proof(
    checker: EmbeddedStrictChecker, which: str, new_children: Callable[[], list[int]]
) -> None:
    await checker.confirm(Case(SWAP, PROOF).problem, PROOF, 60)
    code = ENDLESS if which == "compiler" else PROOF
    check = asyncio.create_task(checker.confirm(Case(SWAP, PROOF).problem, code, 60))
    await asyncio.to_thread(wait_until, lambda: len(new_children()) == 2)
    judge, compiler = sorted(new_children())
    os.kill(compiler if which == "compiler" else judge, signal.SIGKILL)
    with pytest.raises(ReplCrash):
        await check


@pytest.mark.parametrize("kernel", ["the compiler's", "the judge's"])
async def test_a_proof_that_needs_too_much_memory(toolchain: Toolchain, kernel: str) -> None:
    code = f"{LARGE_LIST} := by decide +kernel"
    if kernel == "the judge's":
        code = NO_KERNEL + code
    checker = EmbeddedStrictChecker(toolchain, ProcessLimits(memory_mib=400))
    with pytest.raises(ReplOutOfMemory):
        await checker.confirm(Problem(id="p", statement=LARGE_LIST), code, 60)


async def test_a_proof_that_prints_too_much(toolchain: Toolchain) -> None:
    checker = EmbeddedStrictChecker(toolchain, ProcessLimits(output_bytes=100_000))
    code = "#check swap\n" * 2000
    with pytest.raises(ReplFlood):
        await checker.confirm(Case(SWAP, PROOF).problem, f"{PROOF}\n{code}", 60)


def test_its_name_says_which_kernel_decides(checker: EmbeddedStrictChecker) -> None:
    assert checker.name == "kernel replay, Lean 4.35.0"
