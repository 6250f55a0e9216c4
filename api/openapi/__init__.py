"""The API's document, and the answers and parameters that it describes."""
