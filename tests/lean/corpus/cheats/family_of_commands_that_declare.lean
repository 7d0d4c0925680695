/-
reason = "forbidden"
needs = "metaprogramming"
statement = "theorem absurdity : False"
why = "Commands that extend tactics come in families; the scan knows them by the beginning of their names."
-/
declare_simp_like_tactic trick "trick" fun config => config

theorem absurdity : False := by trick
