/-
statement = "theorem not_empty : \"axiom\" ≠ \"\""
why = "Strings too, of every kind."
-/
example : String := "sorry \" axiom x : False \
  #exit"
example : String := r#"macro "quoted" unsafe"#
example : Char := '"'

theorem not_empty : "axiom" ≠ "" := by decide
