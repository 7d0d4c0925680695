/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "Text between the tags of ProofWidgets is read raw, so that a quotation mark in it opens no string."
-/
open ProofWidgets.Jsx

def one : ProofWidgets.Html := <b>"</b>
set_option debug.skipKernelTC true
def two : ProofWidgets.Html := <b>"</b>

theorem absurdity : False := by
  have : 2 = 3 := by decide +kernel
  contradiction

