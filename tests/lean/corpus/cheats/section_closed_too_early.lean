/-
reason = "errors"
statement = "theorem absurdity : False"
why = "The section around the candidate has a name that cannot be guessed, and it cannot be traded for another."
-/
end
section
variable (easy : False)
include easy
theorem absurdity : False := easy
