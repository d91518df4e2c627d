"""A recognised form to values: headers, rows, amounts. No codes are looked up here, no sums made."""
