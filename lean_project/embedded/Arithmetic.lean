prelude
import Arithmetic.Omega
