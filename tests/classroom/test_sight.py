"""The class in sight: what learners report reaches the page once, and nobody else."""
