"""What each path of the API does: from a Call to an answer, or an ApiError."""
