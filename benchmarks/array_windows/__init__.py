"""Windows as bare arrays: what the optimiser works on, without records of leads and reps."""
