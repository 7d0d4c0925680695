/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "The same as an attribute that comes later, with the name quoted."
-/
def no : Bool := false

def yes : Bool := true

attribute [local simp, «implemented_by» no] yes

theorem absurdity : False := by
  have : yes = false := by decide +native
  contradiction
