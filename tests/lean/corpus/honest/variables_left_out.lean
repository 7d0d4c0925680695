/-
statement = "theorem first_of (a : Prop) (h : a) : a"
why = "A variable is included and left out again; it is none of the theorem's arguments."
-/
variable (b : Prop) (unused : b)
include unused

omit unused in
theorem first_of (a : Prop) (h : a) : a := h
