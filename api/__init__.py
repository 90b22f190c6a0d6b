"""Every way into Fairlead: today the command line."""
