"""Mathlib's notations and the constants that they stand for, as far as types use them.

An argument list says what stands where: `{left}`, `{right}` are the two sides of an infix,
`{0}`, `{1}` … what stands between its brackets. Constants are named in full.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Infix:
    """`left token right`, or `left token 0 ] right` for a token that opens a bracket."""

    constant: str
    precedence: int = 25
    arguments: str = "left right"
    """Explicit arguments in order; `id:0` is `RingHom.id` of the first bracketed term."""
    types: int = 0
    """How many leading arguments are types that must be read off the operands."""
    right: bool = True
    """Whether `a ∘ b ∘ c` is `a ∘ (b ∘ c)`."""


def _over(constant: str, arguments: str = "id:0 left right", precedence: int = 25) -> Infix:
    return Infix(constant, precedence, arguments)


def _operator(constant: str, precedence: int, types: int = 1, right: bool = False) -> Infix:
    return Infix(constant, precedence, types=types, right=right)


INFIXES: dict[str, Infix] = {
    # Maps between types
    "↔": Infix("Iff", 20, right=False),
    "∨": Infix("Or", 30),
    "∧": Infix("And", 35),
    "×": Infix("Prod", 35),
    "×'": Infix("PProd", 35),
    "⊕": Infix("Sum", 30),
    "⊕'": Infix("PSum", 30),
    "⊕ₗ": Infix("Lex", 30, "sum"),
    "×ₗ": Infix("Lex", 35, "prod"),
    "≃": Infix("Equiv"),
    "↪": Infix("Function.Embedding"),
    "→.": Infix("PFun"),
    "≃.": Infix("PEquiv"),
    "→o": Infix("OrderHom"),
    "↪o": Infix("OrderEmbedding"),
    "≃o": Infix("OrderIso"),
    "→r": Infix("RelHom"),
    "↪r": Infix("RelEmbedding"),
    "≃r": Infix("RelIso"),
    "≼i": Infix("InitialSeg"),
    "≺i": Infix("PrincipalSeg"),
    "≃ₜ": Infix("Homeomorph"),
    "≃ᵤ": Infix("UniformEquiv"),
    "≃ᵢ": Infix("IsometryEquiv"),
    "→ᵈ": Infix("Dilation"),
    "≃ᵈ": Infix("DilationEquiv"),
    "≃ᵐ": Infix("MeasurableEquiv"),
    "→ᵇ": Infix("BoundedContinuousFunction"),
    "→C₀": Infix("ZeroAtInftyContinuousMap"),
    "→C_c": Infix("CompactlySupportedContinuousMap"),
    "→CO": Infix("ContinuousOpenMap"),
    "→Co": Infix("ContinuousOrderHom"),
    "→co": Infix("ContinuousOrderHom"),
    "→ₛ": Infix("MeasureTheory.SimpleFunc"),
    "→₀": Infix("Finsupp"),
    "→ᶠ": Infix("Filter.Tendsto"),
    "→g": Infix("SimpleGraph.Hom"),
    "↪g": Infix("SimpleGraph.Embedding"),
    "≃g": Infix("SimpleGraph.Iso"),
    "→CP": Infix("CompletelyPositiveMap"),
    "→𝒄": Infix("OmegaCompletePartialOrder.ContinuousHom"),
    # Homomorphisms
    "→*": Infix("MonoidHom"),
    "→+": Infix("AddMonoidHom"),
    "→ₙ*": Infix("MulHom"),
    "→ₙ+": Infix("AddHom"),
    "→+*": Infix("RingHom"),
    "→ₙ+*": Infix("NonUnitalRingHom"),
    "→*₀": Infix("MonoidWithZeroHom"),
    "→*o": Infix("OrderMonoidHom"),
    "→+o": Infix("OrderAddMonoidHom"),
    "→*₀o": Infix("OrderMonoidWithZeroHom"),
    "→+*o": Infix("OrderRingHom"),
    "→*ₑ": Infix("MonoidHom"),
    "→ₜ*": Infix("ContinuousMonoidHom"),
    "→ₜ+": Infix("ContinuousAddMonoidHom"),
    "→⋆*": Infix("StarMonoidHom"),
    "→⋆ₙ+*": Infix("NonUnitalStarRingHom"),
    "≃*": Infix("MulEquiv"),
    "≃+": Infix("AddEquiv"),
    "≃+*": Infix("RingEquiv"),
    "≃*o": Infix("OrderMonoidIso"),
    "≃+o": Infix("OrderAddMonoidIso"),
    "≃+*o": Infix("OrderRingIso"),
    "≃⋆+*": Infix("StarRingEquiv"),
    "≃ₜ*": Infix("ContinuousMulEquiv"),
    "≃ₜ+": Infix("ContinuousAddEquiv"),
    "→◃": Infix("ShelfHom"),
    # Homomorphisms over something
    "→ₗ[": _over("LinearMap"),
    "→ₗ⋆[": _over("LinearMap", "star:0 left right"),
    "→ₛₗ[": _over("LinearMap", "0 left right"),
    "≃ₗ[": _over("LinearEquiv", precedence=50),
    "≃ₗ⋆[": _over("LinearEquiv", "star:0 left right", 50),
    "≃ₛₗ[": _over("LinearEquiv", "0 left right", 50),
    "→L[": _over("ContinuousLinearMap"),
    "→L⋆[": _over("ContinuousLinearMap", "star:0 left right"),
    "→SL[": _over("ContinuousLinearMap", "0 left right"),
    "≃L[": _over("ContinuousLinearEquiv", precedence=50),
    "≃SL[": _over("ContinuousLinearEquiv", "0 left right", 50),
    "→ₗᵢ[": _over("LinearIsometry"),
    "→ₛₗᵢ[": _over("LinearIsometry", "0 left right"),
    "≃ₗᵢ[": _over("LinearIsometryEquiv"),
    "≃ₗᵢ⋆[": _over("LinearIsometryEquiv", "star:0 left right"),
    "≃ₛₗᵢ[": _over("LinearIsometryEquiv", "0 left right"),
    "→ₗ.[": _over("LinearPMap", "0 left right"),
    "→ₐ[": _over("AlgHom", "0 left right"),
    "≃ₐ[": _over("AlgEquiv", "0 left right", 50),
    "→ₙₐ[": _over("NonUnitalAlgHom", "id:0 left right"),
    "→ₛₙₐ[": _over("NonUnitalAlgHom", "0 left right"),
    "→⋆ₐ[": _over("StarAlgHom", "0 left right"),
    "→⋆ₙₐ[": _over("NonUnitalStarAlgHom", "0 left right"),
    "≃⋆ₐ[": _over("StarAlgEquiv", "0 left right"),
    "→A[": _over("ContinuousAlgHom", "0 left right"),
    "≃A[": _over("ContinuousAlgEquiv", "0 left right"),
    "→ₗc[": _over("CoalgHom", "0 left right"),
    "≃ₗc[": _over("CoalgEquiv", "0 left right", 50),
    "→ₐc[": _over("BialgHom", "0 left right"),
    "≃ₐc[": _over("BialgEquiv", "0 left right", 50),
    "→ₗ⁅": _over("LieHom", "0 left right"),
    "≃ₗ⁅": _over("LieEquiv", "0 left right", 50),
    "→[": _over("MulActionHom", "id:0 left right"),
    "→ₑ[": _over("MulActionHom", "0 left right"),
    "→+[": _over("DistribMulActionHom", "id:0 left right"),
    "→ₑ+[": _over("DistribMulActionHom", "0 left right"),
    "→+*[": _over("MulSemiringActionHom", "id:0 left right"),
    "→ₑ+*[": _over("MulSemiringActionHom", "0 left right"),
    "→ᵃ[": _over("AffineMap", "0 left right"),
    "→ᴬ[": _over("ContinuousAffineMap", "0 left right"),
    "≃ᵃ[": _over("AffineEquiv", "0 left right"),
    "→ᵃⁱ[": _over("AffineIsometry", "0 left right"),
    "≃ᵃⁱ[": _over("AffineIsometryEquiv", "0 left right"),
    "→ₘ[": _over("MeasureTheory.AEEqFun", "left right 0"),
    "→₁[": _over("MeasureTheory.Lp", "right 1 0"),
    "→ₚₗ[": _over("PolynomialLaw", "0 left right"),
    "↪[": _over("FirstOrder.Language.Embedding", "0 left right"),
    "↪ₑ[": _over("FirstOrder.Language.ElementaryEmbedding", "0 left right"),
    "≃[": _over("FirstOrder.Language.Equiv", "0 left right"),
    "⊗[": _over("TensorProduct", "0 left right", 100),
    "ᵍ⊗[": _over("GradedTensorProduct", "0 left right", 100),
    "⋊[": _over("SemidirectProduct", "left right 0", 35),
    "⧸": Infix("HasQuotient.Quotient", 35, "left type:right right"),
    # Categories
    "⟶": Infix("Quiver.Hom", 10),
    "≅": Infix("CategoryTheory.Iso", 10),
    "≌": Infix("CategoryTheory.Equivalence", 10),
    "⥤": Infix("CategoryTheory.Functor", 26),
    "⥤q": Infix("Prefunctor", 26),
    "⊣": Infix("CategoryTheory.Adjunction", 15),
    "⋙": Infix("CategoryTheory.Functor.comp", 80),
    "≫": Infix("CategoryTheory.CategoryStruct.comp", 80),
    "⊗": Infix("CategoryTheory.MonoidalCategoryStruct.tensorObj", 70),
    "⨯": Infix("CategoryTheory.Limits.prod", 20),
    "⨿": Infix("CategoryTheory.Limits.coprod", 20),
    "⊞": Infix("CategoryTheory.Limits.biprod", 20),
    "⤏": Infix("AlgebraicGeometry.Scheme.RationalMap", 10),
    # Relations and operations
    "=": _operator("Eq", 50),
    "≠": _operator("Ne", 50),
    "<": _operator("LT.lt", 50),
    "≤": _operator("LE.le", 50),
    ">": _operator("GT.gt", 50),
    "≥": _operator("GE.ge", 50),
    "∣": _operator("Dvd.dvd", 50),
    "⊆": _operator("HasSubset.Subset", 50),
    "⊂": _operator("HasSSubset.SSubset", 50),
    "∈": Infix("Membership.mem", 50, "type:left type:right right left", right=False),
    "≈": _operator("HasEquiv.Equiv", 50),
    "⋖": _operator("CovBy", 50),
    "+": Infix("HAdd.hAdd", 65, "type:left type:left type:left left right", right=False),
    "-": Infix("HSub.hSub", 65, "type:left type:left type:left left right", right=False),
    "*": Infix("HMul.hMul", 70, "type:left type:left type:left left right", right=False),
    "/": Infix("HDiv.hDiv", 70, "type:left type:left type:left left right", right=False),
    "%": Infix("HMod.hMod", 70, "type:left type:left type:left left right", right=False),
    "^": Infix("HPow.hPow", 75, "type:left type:right type:left left right"),
    "•": Infix("HSMul.hSMul", 73, "type:left type:right type:right left right"),
    "⊓": _operator("Min.min", 69),
    "⊔": _operator("Max.max", 68),
    "∩": _operator("Inter.inter", 70),
    "∪": _operator("Union.union", 65),
    "\\": _operator("SDiff.sdiff", 70),
    "∘": Infix("Function.comp", 90),
    "×ˢ": Infix("SProd.sprod", 82),
    "''": Infix("Set.image", 80, right=False),
    "⁻¹'": Infix("Set.preimage", 80, right=False),
    "^^": Infix("Function.iterate", 75),
    "<|": Infix("", 1),
    "$": Infix("", 1),
    "|>": Infix("", 1, right=False),
}

SYMBOLS: dict[str, str] = {
    "ℕ": "Nat",
    "ℤ": "Int",
    "ℚ": "Rat",
    "ℝ": "Real",
    "ℂ": "Complex",
    "ℝ≥0": "NNReal",
    "ℝ≥0∞": "ENNReal",
    "ℚ≥0": "NNRat",
    "ℕ∞": "ENat",
    "ℍ": "UpperHalfPlane",
    "ℕ+": "PNat",
    "⊤": "Top.top",
    "⊥": "Bot.bot",
    "∅": "EmptyCollection.emptyCollection",
    "𝟙": "CategoryTheory.CategoryStruct.id",
    "𝟭": "CategoryTheory.Functor.id",
    "𝓝": "nhds",
    "𝓟": "Filter.principal",
    "𝓤": "uniformity",
    "ℵ₀": "Cardinal.aleph0",
}
"""Symbols that stand for a constant."""

TYPED_SYMBOLS: dict[str, tuple[str, str]] = {"∞": ("Top.top", "ENNReal")}
"""Symbols that stand for a constant applied to a type."""

PREFIXES: dict[str, str] = {
    "¬": "Not",
    "𝓞": "NumberField.RingOfIntegers",
    "𝒫": "Set.powerset",
    "#": "Finset.card",
    "√": "Real.sqrt",
}
"""Symbols in front of an argument."""

POSTFIXES: dict[str, str] = {
    "ᵐᵒᵖ": "MulOpposite",
    "ᵃᵒᵖ": "AddOpposite",
    "ᵒᵖ": "Opposite",
    "ᵒᵈ": "OrderDual",
    "ᵈᵐᵃ": "DomMulAct",
    "ᵈᵃᵃ": "DomAddAct",
    "ᴹᵒᵖ": "CategoryTheory.MonoidalOpposite",
    "ˣ": "Units",
    "ᶜ": "HasCompl.compl",
    "⁻¹": "Inv.inv",
    "ᗮ": "Submodule.orthogonal",
    "⁺¹": "Unitization",
    "[X]": "Polynomial",
    "[ε]": "DualNumber",
    "⟦X⟧": "PowerSeries",
    "⸨X⸩": "LaurentSeries",
    "[T;T⁻¹]": "LaurentPolynomial",
    "⁰": "nonZeroDivisors",
}
"""Symbols behind an argument."""

BRACKETS: dict[str, tuple[str, str]] = {
    "C(": (")", "ContinuousMap"),
    "C₀(": (")", "ZeroAtInftyContinuousMap"),
    "C_c(": (")", "CompactlySupportedContinuousMap"),
    "𝓢(": (")", "SchwartzMap"),
    "𝓜(": (")", "DoubleCentralizer"),
    "C⋆ᵐᵒᵈ(": (")", "WithCStarModule"),
    "SL(": (")", "Matrix.SpecialLinearGroup"),
    "ℤ_[": ("]", "PadicInt"),
    "ℚ_[": ("]", "Padic"),
    "ℍ[": ("]", "Quaternion"),
    "Δ[": ("]", "SSet.stdSimplex"),
    "⦋": ("⦌", "SimplexCategory.mk"),
    "⁅": ("⁆", "Bracket.bracket"),
}
"""Opening tokens, with what closes them and the constant that takes what stands between."""

BINDERS: dict[str, str] = {
    "Σ": "Sigma",
    "Σ'": "PSigma",
    "Π₀": "DFinsupp",
    "⨁": "DirectSum",
    "∃": "Exists",
    "∃!": "ExistsUnique",
    "⨆": "iSup",
    "⨅": "iInf",
    "⋃": "Set.iUnion",
    "⋂": "Set.iInter",
    "∑": "Finset.sum",
    "∏": "Finset.prod",
}
"""Symbols that bind variables, with the constant that takes the function."""

CORE_NAMES = frozenset(
    """
    Nat Int Rat Bool Char String List Array Option Prod PProd Sum PSum Sigma PSigma Subtype Fin
    Unit PUnit Empty PEmpty True False And Or Not Iff Eq HEq Exists Quot Quotient Setoid ULift
    PLift Decidable DecidableEq DecidablePred DecidableRel Inhabited Nonempty Subsingleton
    WellFounded Acc Ordering Except ExceptT StateT ReaderT OptionT Id Monad LawfulMonad Functor
    LawfulFunctor Applicative LawfulApplicative Alternative BitVec UInt8 UInt16 UInt32 UInt64
    USize Float Thunk Task Vector LE LT Add Mul Sub Div Neg Mod Pow Zero One HAdd HMul HSub HDiv
    HPow HSMul SMul BEq LawfulBEq Ord Hashable ToString Repr Max Min Membership HasEquiv Trans
    Append Insert Singleton Union Inter SDiff HasSubset HasSSubset EmptyCollection GetElem Coe
    CoeTC CoeOut CoeSort CoeFun CoeHead CoeTail CoeDep CoeT OfNat NatCast IntCast Dvd Nonempty
    XorOp AndOp OrOp Complement SizeOf WellFoundedRelation Std.Associative Std.Commutative
    Std.IdempotentOp Std.LawfulIdentity Vector Subarray Substring Name IsAssociative Fin2
    """.split()  # noqa: SIM905
)
"""Types and classes of Lean's core library that library sources use without declaring them."""
