"""Speed of each phase beside a bare min-cost flow, and the adapters of real and published data."""
