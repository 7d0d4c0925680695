/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "So does a word. This one stays after its section."
-/
notation "False" => True

theorem absurdity : False := trivial
