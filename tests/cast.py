"""The people of the tests: alice, bob, charlie, dr martin, dr diallo, sophie, boris."""
