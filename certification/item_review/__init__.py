"""What readers of items say: findings of the lint and what people made of them, comments, and how versions differ."""
