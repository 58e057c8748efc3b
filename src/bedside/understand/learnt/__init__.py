"""Small trained classifiers: one featurisation for all of them, weights and model cards in files."""
