"""Tests, in folders by kind."""
