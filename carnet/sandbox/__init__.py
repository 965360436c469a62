"""Opens files of others in a child process that may die: little memory, little time, nothing to write to."""
