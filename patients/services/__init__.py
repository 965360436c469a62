"""Services of the patients package: what people can do with identities, rights to act, and practices' files."""
