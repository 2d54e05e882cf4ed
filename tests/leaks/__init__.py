"""Whether what students are told holds anything of a homework's key."""
