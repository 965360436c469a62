"""The API of one's own data: what one agreed to, and the copy one takes away."""
