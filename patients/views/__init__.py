"""Pages of the patients package: identity, relatives, who acts for whom, and files of practices."""
