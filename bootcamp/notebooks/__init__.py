"""Notebook files: form and generated cells, parameters, a learner's working copy, documents that name notebooks."""
