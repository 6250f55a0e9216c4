"""`yuyue import …`: the command, its progress bar and its report; ``runtime.imports`` reads the files of registers."""
