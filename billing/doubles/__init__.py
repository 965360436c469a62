"""Stand-ins for services that move money: real servers on this machine, from which no money moves."""
