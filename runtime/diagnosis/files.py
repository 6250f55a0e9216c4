"""Errors of the operating system: files, folders, disks."""

import errno

from runtime.diagnosis.words import Diagnosis

_REMEDIES = {
    errno.ENOSPC: ("磁盘已满，请腾出空间", "the disk is full: make room there"),
    errno.EDQUOT: ("磁盘配额已用尽，请腾出空间", "the disk quota is used up: make room there"),
    errno.EROFS: ("文件系统只读，请换一个可写的位置", "the file system is read-only: name a place that can be written"),
    errno.EACCES: ("没有权限，请检查文件和文件夹的权限", "permission denied: check the permissions of file and folder"),
    errno.ENOENT: ("不存在，请检查路径", "there is no such file or folder: check the path"),
    errno.ENOTDIR: ("路径中有文件不是文件夹，请检查路径", "a part of the path is no folder: check the path"),
    errno.EEXIST: ("已存在，请换一个路径", "it exists already: name another path"),
    errno.EISDIR: ("是文件夹，不是文件，请检查路径", "it is a folder, not a file: check the path"),
    errno.EFBIG: ("文件过大，超出系统限制", "the file grew beyond what the system allows: raise the limit"),
    errno.EIO: ("读写失败，请检查磁盘", "it cannot be read or written: check the disk"),
    errno.EMFILE: ("打开的文件过多，请提高 ulimit -n", "too many files are open: raise `ulimit -n`"),
    errno.EADDRINUSE: ("地址已被占用，请换一个端口", "the address is in use: choose another port"),
}
_REMEDIES[errno.EPERM] = _REMEDIES[errno.EACCES]


def explain_files(error: OSError) -> Diagnosis:
    """Returns the diagnosis of an error of the operating system, with the file if the system named it."""
    chinese, english = _REMEDIES.get(error.errno or 0, (error.strerror or str(error),) * 2)
    place = f"{error.filename}: " if error.filename is not None else ""
    return Diagnosis(f"{place}{chinese}", f"{place}{english}")
