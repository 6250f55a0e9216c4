"""MEASURES: what a lifecycle costs, beside the floor that Temporal itself sets. Prints figures, checks nothing."""
