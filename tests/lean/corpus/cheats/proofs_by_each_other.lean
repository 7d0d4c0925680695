/-
reason = "errors"
statement = "theorem absurdity : False"
why = "Neither does this one."
-/
mutual

theorem absurdity : False := falsity

theorem falsity : False := absurdity

end
