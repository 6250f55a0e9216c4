"""The ``directory`` channel: messages as files in four boxes, on a disk or behind an SFTP server."""
