"""What robots on old web systems have in common: frames, pages of labels and tables, and a login that ends now and
then. No system's own words.
"""
