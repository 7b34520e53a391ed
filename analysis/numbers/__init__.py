"""What is known: printed numbers, the tables they stand in, and what follows from them."""
