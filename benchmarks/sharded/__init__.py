"""A window whose leads are spread over workers, beside one process; and more of it on paper."""
