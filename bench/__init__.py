"""What tieline costs: each figure beside the naive way and the limit, all in one run."""
