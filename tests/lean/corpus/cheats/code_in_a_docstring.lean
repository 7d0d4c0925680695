/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "With `doc.verso` Lean runs what docstrings hold, and the scan takes docstrings for comments."
-/
set_option doc.verso true

/-- {lean}`False` holds. -/
theorem absurdity : False := trivial
