"""Spreadsheets and text files as rows of cells: what is dangerous is refused, and every fault is named by its place."""
