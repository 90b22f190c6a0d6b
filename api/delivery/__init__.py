"""Messages to the outside: signed webhooks, and e-mail and chat to people. No database here."""
