"""Identity tokens of workloads (OpenID Connect): whose they are, and whether to believe them."""
