/-
reason = "errors"
statement = "theorem absurdity : False"
why = "The kernel takes no inductive type that occurs to the left of an arrow in itself."
-/
inductive Liar : Prop where
  | mk (denies : Liar → False)

theorem Liar.no (liar : Liar) : False :=
  match liar with
  | .mk denies => denies liar

theorem absurdity : False := Liar.no ⟨Liar.no⟩
