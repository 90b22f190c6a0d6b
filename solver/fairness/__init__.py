"""Fair shares: what is due to each rep, limits and hinges that keep to it, and the ledger.

Knows nothing of values or pairs: plain arrays and records in and out.
"""
