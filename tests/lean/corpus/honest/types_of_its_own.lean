/-
statement = "theorem twice_not (b : Bool) : (!!b) = b"
why = "Inductive types with derived instances, structures with parents, classes."
-/
inductive Light : Type where
  | on
  | off
  deriving DecidableEq

namespace Light

def flip : Light → Light
  | on => off
  | off => on

theorem flip_flip (l : Light) : l.flip.flip = l := by cases l <;> rfl

def ofBool : Bool → Light
  | true => on
  | false => off

end Light

class Switch (α : Type) where
  press : α → α

instance : Switch Light where
  press := .flip

example (l : Light) : Switch.press (Switch.press l) = l := l.flip_flip

theorem twice_not (b : Bool) : (!!b) = b := by cases b <;> rfl
