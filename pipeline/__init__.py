"""gongkai (公开, "disclosure"): Chinese local-government budgets and accounts as one warehouse."""
