"""A class on one server: accounts of the hub, and the check of the machine the day before."""
