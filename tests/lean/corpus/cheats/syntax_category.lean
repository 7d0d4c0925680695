/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "A whole language of one's own is more than the fast check can judge."
-/
declare_syntax_cat proof
syntax "obvious" : proof
syntax "prove " proof : term

macro_rules
  | `(prove obvious) => `(sorryAx _ true)

theorem absurdity : False := prove obvious
