"""Spreadsheets and text files as rows of cells: dangerous files are refused, and every fault names its place."""
