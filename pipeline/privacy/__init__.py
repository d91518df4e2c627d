"""A document as read -> the same without its persons: names, telephone and identity numbers become marks."""
