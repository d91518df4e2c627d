"""Reading the published file: documents, sums that break, where a number stands. Read-only, no rules, no writing."""
