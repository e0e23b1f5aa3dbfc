"""What minors is made of; the routine itself is in `flows/minors.py`."""
