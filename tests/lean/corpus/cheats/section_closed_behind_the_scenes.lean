/-
reason = "forbidden"
statement = "theorem absurdity : False"
why = "Without messages a section could be closed unseen. Even then the goal's type is compared with nothing but the candidate's."
-/
class Broken : Prop where
  broken : False

#guard_msgs (drop all) in
end

variable [found : Broken]
include found

instance (easy : Broken → False) : CoeT (Broken → False) easy False := ⟨easy found⟩

theorem absurdity : False := found.broken

#guard_msgs (drop all) in
