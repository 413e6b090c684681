"""What stands behind the Makefile: preparing, running, checking and testing Sanku."""
