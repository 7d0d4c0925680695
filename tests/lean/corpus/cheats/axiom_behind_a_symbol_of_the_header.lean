/-
reason = "forbidden"
header = 'notation "⟫_x" => True'
statement = "theorem absurdity : False"
why = "The header's symbols may end in letters. A word that ends like a forbidden one counts as that one."
-/
def truth := ⟫_xaxiom broken : False

theorem absurdity : False := broken
