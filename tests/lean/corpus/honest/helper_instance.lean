/-
statement = "theorem some_default : ∃ n : Nat, n = 7"
why = "An instance changes what `default` means, in the proof."
-/
local instance seven : Inhabited Nat := ⟨7⟩

theorem some_default : ∃ n : Nat, n = 7 := ⟨default, rfl⟩
