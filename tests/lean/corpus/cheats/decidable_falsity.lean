/-
reason = "errors"
statement = "theorem absurdity : False"
why = "`decide` believes an instance only as far as it computes, and this one holds no proof."
-/
instance (priority := high) : Decidable False := isTrue (by decide)

theorem absurdity : False := by decide
