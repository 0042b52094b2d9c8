"""One simulated year as a pure function of the workforce, the assumptions and the draws."""
