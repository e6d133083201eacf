"""Inspection: activations, attribution, ablation, arithmetic and embeddings."""
