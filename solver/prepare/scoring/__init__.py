"""Scores of leads: points by declared rules, alerts, call lists, calibration."""
