"""How the columns of any export become the canonical ones: mapping file, presets, application."""
