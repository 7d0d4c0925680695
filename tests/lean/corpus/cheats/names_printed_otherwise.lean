/-
reason = "wrong_statement"
statement = "theorem absurdity : False"
why = "How terms are printed blurs a message at most; types are not compared as text."
-/
set_option pp.all true
set_option pp.maxSteps 1
set_option pp.fullNames false

namespace Mine

inductive False : Prop where
  | intro

theorem _root_.absurdity : False := .intro

end Mine
