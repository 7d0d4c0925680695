/-
reason = "forbidden"
header = 'notation "⟫_x" => True'
statement = "theorem absurdity : False"
why = "The header's symbols may end in letters, and so hide the beginning of a word."
-/
def truth := ⟫_xset_option debug.skipKernelTC true

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction
