/-
reason = "errors"
statement = "theorem absurdity : False"
why = "Two proofs of one proposition are the same; no match can tell them apart."
-/
inductive Coin : Prop where
  | heads
  | tails

theorem absurdity : False :=
  nomatch (rfl : Coin.heads = Coin.tails)
