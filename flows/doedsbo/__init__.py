"""What estate-watch is made of; the routine itself is in `flows/estate_watch.py`."""
