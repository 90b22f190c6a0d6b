"""The checks of plans whose windows have rules beyond capacity."""
