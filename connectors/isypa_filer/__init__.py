"""ISY-PA by file: its krav and kunder as of last night, changes to it, and its receipt for each of them."""
