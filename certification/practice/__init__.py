"""Practice quizzes: items open to trainees, answered with an explanation."""
