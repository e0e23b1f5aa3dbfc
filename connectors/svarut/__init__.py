"""KS Fiks SvarUt, REST v2: letters to people, read digitally or printed. It has no idempotency key."""
