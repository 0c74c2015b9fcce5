"""Courses, cohorts, enrolments and training hours."""
