/-
reason = ["wrong_statement", "errors"]
statement = "theorem two_is_three : 2 = 3"
why = "A default instance changes what a bare numeral is, for what is read after it."
-/
structure Point : Type where

@[default_instance 10000] instance (n : Nat) : OfNat Point n := ⟨{}⟩

theorem two_is_three : 2 = 3 := rfl
