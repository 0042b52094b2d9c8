"""The write side: requests, their handlers, and the workspace that wires everything."""
