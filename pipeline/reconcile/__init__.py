"""Values to outcomes of the sums that must hold, and to grades."""
