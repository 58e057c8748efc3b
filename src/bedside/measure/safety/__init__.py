"""Safety: harms told, case candidates, their clock and their way to a drug-safety officer."""
