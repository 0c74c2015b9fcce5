"""Competency frameworks from and to files: 1EdTech CASE 1.1, spreadsheets, delta files; nothing is stored here."""
