"""The directory of bookable practitioners: its rows, how they are kept true, and how they are searched."""
