"""The service under any order of requests, windows, crashes and clocks."""
