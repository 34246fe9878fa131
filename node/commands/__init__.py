"""The commands of `rounds`, one file per subject. Part of the command line: nothing else imports them."""
