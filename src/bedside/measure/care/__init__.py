"""Care as figures: pain points and what would mend them, providers, options and outcomes, recommendations."""
