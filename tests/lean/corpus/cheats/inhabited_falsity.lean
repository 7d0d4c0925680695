/-
reason = "errors"
statement = "theorem absurdity : False"
why = "`opaque` and `partial` ask for an instance that shows that there is something of the type."
-/
instance : Nonempty (Unit → False) := ⟨fun _ => nomatch ()⟩

partial def forever (_ : Unit) : False := forever ()

theorem absurdity : False := forever ()
