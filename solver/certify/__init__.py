"""The proof, in numpy alone: bound and gap from prices, and what each slot is worth."""
