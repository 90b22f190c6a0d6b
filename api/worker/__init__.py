"""The worker: loops that close windows, deliver messages and watch the hand-off."""
