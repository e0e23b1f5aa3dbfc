"""What company-watch is made of; the routine itself is in `flows/company_watch.py`."""
