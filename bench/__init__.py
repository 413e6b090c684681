"""What is measured, and against whom. `make bench` runs everything; one JSON file a benchmark in bench/results."""
