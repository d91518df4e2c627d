"""Sentences with figures (情况说明): what each amount, rate and count in running text is about."""
