"""Dated rates, policies, texts and addresses, and the one loader. Read at start-up only."""
