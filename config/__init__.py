"""Dated rates, policies, texts and addresses, and the one loader. Read by `flows.systems`, `kraftverk` and the console."""
