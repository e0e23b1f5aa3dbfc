"""Imported last by the process the others are forked from: none of them looks again through all that was imported for
what may be thrown away, which would also copy the memory they share.
"""

import gc

gc.freeze()
