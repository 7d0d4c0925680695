/-
statement = "theorem even_or_odd (n : Nat) : n % 2 = 0 ∨ n % 2 = 1"
why = "Two theorems that use each other, on smaller numbers."
-/
mutual

theorem even_or_odd (n : Nat) : n % 2 = 0 ∨ n % 2 = 1 :=
  match n with
  | 0 => .inl rfl
  | n + 1 => odd_or_even n

theorem odd_or_even (n : Nat) : (n + 1) % 2 = 0 ∨ (n + 1) % 2 = 1 :=
  match n with
  | 0 => .inr rfl
  | n + 1 => (even_or_odd n).imp (fun h => by omega) (fun h => by omega)

end
