"""Pilen, the parking system since February 2025, by REST. Its API is unpublished: the contract is our assumption."""
