"""Files that operators import: read row by row, every fault named by row and column, entered as a whole or not."""
