"""The explorer: figures, posts and queues in a browser; reads what other rooms made and judges nothing itself."""
