/-
statement = "theorem «no. 1» («first side» second : Prop) (h : «first side») : «first side» ∨ second"
why = "Names may hold almost anything between their quotes."
-/
theorem «no. 1» («first side» second : Prop) (h : «first side») : «first side» ∨ second :=
  .inl h
