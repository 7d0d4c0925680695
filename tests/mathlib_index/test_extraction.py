"""What is read from Lean sources, shown on a miniature library in Mathlib's style."""

from __future__ import annotations

from pathlib import Path

import pytest

from mathlib_index import Declaration, SourcesUnusable, extract_folder, extract_text


@pytest.fixture(scope="module")
def declarations(library: Path) -> dict[str, Declaration]:
    return {item.name: item for item in extract_folder(library).declarations}


def names(text: str) -> list[str]:
    return [item.name for item in extract_text(text, "Test.lean")]


def signature(text: str) -> str:
    return extract_text(text, "Test.lean")[0].signature


def test_a_declaration_carries_all_that_its_source_says(
    declarations: dict[str, Declaration],
) -> None:
    assert declarations["Mini.inv_inv"] == Declaration(
        name="Mini.inv_inv",
        kind="theorem",
        docstring="The inverse of the inverse of an element is the element itself.",
        signature="{G : Type u} [Group G] (a : G) : Group.inv (Group.inv a) = a",
        module="Algebra.Group",
        file="Algebra/Group.lean",
        line=32,
        context="Groups, in miniature",
    )


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Mini.mul_left_cancel", "theorem"),
        ("Mini.inv_mul_rev", "lemma"),
        ("Mini.Hom.kernel", "def"),
        ("Mini.Natural.«odd name».twice", "abbrev"),
        ("Mini.Hom", "structure"),
        ("Mini.Group", "class"),
        ("Mini.Natural", "inductive"),
        ("Mini.Natural.succ", "constructor"),
        ("Mini.instOneHom", "instance"),
        ("Mini.choice", "axiom"),
        ("Mini.secret", "opaque"),
    ],
)
def test_each_kind_is_found_under_its_full_name(
    declarations: dict[str, Declaration], name: str, kind: str
) -> None:
    assert declarations[name].kind == kind


def test_root_prefix_leaves_the_namespace(declarations: dict[str, Declaration]) -> None:
    assert "lagrange_theorem" in declarations


def test_plumbing_and_unsafe_declarations_are_left_out(
    declarations: dict[str, Declaration],
) -> None:
    everything = " ".join(declarations)
    for left_out in ("Lean.", "tacticShow", "_aux", "codeGenerator"):
        assert left_out not in everything


def test_constructors_have_their_own_docstrings(declarations: dict[str, Declaration]) -> None:
    succ = declarations["Mini.Natural.succ"]
    assert (succ.docstring, succ.signature, succ.line) == (
        "The number that comes after `n`.",
        "(n : Natural) : Natural",
        10,
    )
    assert declarations["Mini.Natural.Day.monday"].docstring == ""
    assert declarations["Mini.Natural.Day.sunday"].docstring == "the last one"


def test_a_module_comment_is_nobodys_docstring() -> None:
    found = extract_text("/-! # Title -/\ntheorem a : True := trivial\n", "Test.lean")
    assert [item.docstring for item in found] == [""]


def test_a_plain_comment_may_stand_between_docstring_and_declaration() -> None:
    found = extract_text("/-- Doc. -/ -- why\n/- more -/\ntheorem a : True := trivial", "T.lean")
    assert [item.docstring for item in found] == ["Doc."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("theorem a (x : Nat)\n    (h : x = x) :\n    x = x := h", "(x : Nat) (h : x = x) : x = x"),
        ("theorem a : |x + y| ≤ |x| + |y| := by simp", ": |x + y| ≤ |x| + |y|"),
        ("theorem a :\n    |x| ≤ |y| := by\n  exact fun z => |z|", ": |x| ≤ |y|"),
        ("def f : Nat → Nat | 0 => 1 | n + 1 => n", ": Nat → Nat"),
        ("def f : Nat → Nat\n  | 0 => 1\n  | n + 1 => n", ": Nat → Nat"),
        ("theorem a : ∀ f, f = fun x => |x| := sorry", ": ∀ f, f = fun x => |x|"),
        ("theorem a (h : x = y := by simp) : y = x := h.symm", "(h : x = y := by simp) : y = x"),
        ("theorem a : let z := 2; z = z := rfl", ": let z := 2; z = z"),
        ("structure S (α : Type) extends T α where\n  x : α", "(α : Type) extends T α"),
        ("class inductive C : Prop | intro : C", ": Prop"),
        ("axiom a : {x | x = x} = univ\n\n#check a", ": {x | x = x} = univ"),
        ("opaque c : Nat\n/-- Next. -/\ntheorem b : True := trivial", ": Nat"),
        ('theorem a : "x := y".length = 6 := rfl', ': "x := y".length = 6'),
        ("theorem a /- (no) -/ (x : Nat) : x = x -- := no\n  := rfl", "(x : Nat) : x = x"),
        ("theorem a.{u, v} (α : Type u) : α = α := rfl", "(α : Type u) : α = α"),
    ],
)
def test_a_signature_ends_where_the_value_begins(text: str, expected: str) -> None:
    assert signature(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("namespace A.B\ntheorem x : T := t\nend A.B\ntheorem y : T := t", ["A.B.x", "y"]),
        ("namespace A.B\nend B\ntheorem x : T := t\nend A", ["A.x"]),
        ("namespace A\nsection B\ntheorem x : T := t\nend B\ntheorem y : T := t", ["A.x", "A.y"]),
        ("noncomputable section\nnamespace A\ndef x := 1\nend A\nend\ndef y := 1", ["A.x", "y"]),
        ("namespace A theorem x : T := t\nend A", ["A.x"]),
        ("mutual\ndef a := 1\ndef b := 1\nend\ndef c := 1", ["a", "b", "c"]),
        ("open A in theorem x : T := t", ["x"]),
        ("set_option a 1 in\n@[simp, foo (attr := [x])\n  foo]\ntheorem x : T := t", ["x"]),
        ("@[simp]\nprotected noncomputable def x := 1", ["x"]),
        ("  theorem indented : T := t", ["indented"]),
        ("inductive A\n  /-- One. -/\n  | one\n  | two (n : Nat)", ["A", "A.one", "A.two"]),
        ('attribute [instance] foo\nlocal notation "x" => y\nexample : T := t', []),
        ("theorem x.theorem : T := t\ndef y! := 1\ndef z' := 1", ["x.theorem", "y!", "z'"]),
        ("theorem x : T := t\r\ntheorem y : T := t\r\n", ["x", "y"]),
        ("end\nend A.B\ntheorem x : T := t", ["x"]),
        ("theorem", []),
        ("@[simp", []),
        ("/-- never closed\ntheorem x : T := t", []),
    ],
)
def test_names_follow_namespaces_sections_and_modifiers(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@pytest.mark.parametrize(
    "hidden",
    [
        "/- theorem no : T := t -/",
        "/- a /- b -/\ntheorem no : T := t\n-/",
        "-- theorem no : T := t",
        "/-- theorem no : T := t\ntheorem no : T := t -/",
        'def s := "\ntheorem no : T := t\n"',
        'def s := "\\"\ntheorem no : T := t\n"',
        'def s := r#"\n"theorem no : T := t\n"#',
    ],
)
def test_comments_and_strings_hold_no_declarations(hidden: str) -> None:
    found = names(f"{hidden}\ntheorem yes : T := t")
    assert [name for name in found if name != "s"] == ["yes"]


def test_quotes_in_characters_and_names_open_no_string() -> None:
    assert names("def q := '\"'\ndef q' := x'\ndef r := '\\''\ndef f := g '' s") == [
        "q",
        "q'",
        "r",
        "f",
    ]


@pytest.mark.parametrize(
    "piece",
    [
        *("@[", "\n@[\n", "«", "/-", '"', "'", "r#", "   ", "(", "\nopen A in ", "inductive A | "),
        *(
            "\n @[",
            "\n protected ",
            "structure A where\n  (",
            "variable (a : ",
            "∀ x, (x : ",
            "`a`, ",
        ),
        *("def a := fun x | ", "⟨a, ", "@[to_additive ", "{a | ", "alias ⟨"),
    ],
)
def test_a_long_hostile_text_is_passed_over_in_linear_time(piece: str) -> None:
    """At this length anything quadratic would run for many minutes."""
    assert len(extract_text(piece * 100_000, "Test.lean")) <= 1


def test_a_file_that_cannot_be_read_costs_one_warning(tmp_path: Path) -> None:
    (tmp_path / "Good.lean").write_text("theorem good : True := trivial")
    (tmp_path / "Latin.lean").write_bytes(b"theorem caf\xe9 : True := trivial")
    (tmp_path / "Gone.lean").symlink_to(tmp_path / "nowhere")
    found = extract_folder(tmp_path)
    assert [item.name for item in found.declarations] == ["good"]
    assert found.files == 1
    assert [warning.split()[0] for warning in found.warnings] == ["Gone.lean", "Latin.lean"]


def test_many_files_are_read_by_many_processes_with_the_same_result(tmp_path: Path) -> None:
    """Enough files for a process on each core; order and progress are as with one."""
    number = 450
    for index in range(number):
        (tmp_path / f"F{index:03}.lean").write_text(f"theorem t{index:03} : True := trivial")
    progress: list[tuple[int, int]] = []
    found = extract_folder(tmp_path, lambda done, total: progress.append((done, total)))
    assert [item.name for item in found.declarations] == [f"t{i:03}" for i in range(number)]
    assert progress == [(i, number) for i in range(1, number + 1)]
    assert found.files == number


def test_names_that_lean_makes_stand_behind_what_they_are_made_of(tmp_path: Path) -> None:
    (tmp_path / "Lib").mkdir()
    (tmp_path / "Lib.lean").write_text("import Lib.A\nimport Lib.B\n")
    (tmp_path / "Lib/A.lean").write_text(
        "@[to_additive] theorem mul_x : a * b = c := d\ndef e := 1"
    )
    (tmp_path / "Lib/B.lean").write_text("alias sum_x := add_x\ninstance : Inhabited Nat := 1")
    found = extract_folder(tmp_path / "Lib").declarations
    assert [(item.name, item.generated_from, item.line) for item in found] == [
        ("mul_x", "", 1),
        ("add_x", "mul_x", 1),
        ("e", "", 2),
        ("sum_x", "add_x", 1),
        ("instInhabitedNat_lib", "", 2),
    ]
    assert found[3].signature == found[1].signature == ": a + b = c"


@pytest.mark.parametrize(
    ("folder", "module", "file"),
    [
        (".", "Lib.Order.Basic", "Lib/Order/Basic.lean"),
        ("Lib", "Lib.Order.Basic", "Order/Basic.lean"),
        ("Lib/Order", "Lib.Order.Basic", "Basic.lean"),
    ],
)
def test_modules_have_the_names_that_lean_gives_them_from_any_folder_of_a_library(
    tmp_path: Path, folder: str, module: str, file: str
) -> None:
    (tmp_path / "Lib/Order").mkdir(parents=True)
    for name in ("Lib.lean", "Lib/Order.lean"):
        (tmp_path / name).write_text("import Lib.Order.Basic\n")
    (tmp_path / "Lib/Order/Basic.lean").write_text("@[to_additive] theorem mul_x : a * b = c := d")
    for item in extract_folder(tmp_path / folder).declarations:
        assert (item.module, item.file) == (module, file)


def test_outside_a_library_modules_are_named_from_the_folder(tmp_path: Path) -> None:
    (tmp_path / "Order").mkdir()
    (tmp_path / "Order/Basic.lean").write_text("theorem a : True := trivial")
    (found,) = extract_folder(tmp_path / "Order").declarations
    assert (found.module, found.file) == ("Basic", "Basic.lean")


def test_hidden_folders_such_as_lake_are_not_entered(tmp_path: Path) -> None:
    for folder in ("Lib", ".lake/packages/other"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "A.lean").write_text("theorem a : True := trivial")
    assert [item.module for item in extract_folder(tmp_path).declarations] == ["Lib.A"]


def test_a_missing_folder_and_one_without_lean_files_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourcesUnusable, match="no such folder"):
        extract_folder(tmp_path / "missing")
    with pytest.raises(SourcesUnusable, match=r"no \.lean files"):
        extract_folder(tmp_path)
