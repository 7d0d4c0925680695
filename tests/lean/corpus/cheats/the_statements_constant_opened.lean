/-
reason = ["wrong_statement", "errors"]
header = "def Hard : Prop := ∀ n : Nat, n * n = n"
statement = "theorem done : Hard"
why = "An opened namespace comes before the root, but the pinned statement does not hear of it."
-/
namespace Mine

def Hard : Prop := True

theorem _root_.done : Hard := trivial

end Mine
