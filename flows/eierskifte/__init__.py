"""What owner-change is made of; the routine itself is in `flows/owner_change.py`."""
