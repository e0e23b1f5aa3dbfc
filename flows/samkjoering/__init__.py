"""What claims-sync and payments-sync are made of; the routines are `flows/claims_sync.py` and `payments_sync.py`."""
