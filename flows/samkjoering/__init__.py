"""What claims-sync is made of; the routine itself is in `flows/claims_sync.py`."""
