# zip-to-tar.py ZIP TAR MAX_BYTES MAX_ENTRIES: the same entries as a tar, names untouched, so that one check serves both.
import io
import stat
import sys
import tarfile
import zipfile

source, target, max_bytes, max_entries = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])


def fail(why):
    print("FAILED: unsafe package: " + why)
    sys.exit(1)


with zipfile.ZipFile(source) as package, tarfile.open(target, "w", format=tarfile.GNU_FORMAT) as archive:
    entries = package.infolist()
    if len(entries) > max_entries:
        fail("it has more than %d entries." % max_entries)
    total = 0
    for entry in entries:
        mode = entry.external_attr >> 16
        info = tarfile.TarInfo(entry.filename)
        if entry.flag_bits & 1:
            fail('entry "%s" is encrypted.' % entry.filename)
        if entry.filename.endswith("/"):
            info.type, info.mode = tarfile.DIRTYPE, 0o755
            archive.addfile(info)
            continue
        total += entry.file_size
        if total > max_bytes:
            fail("it unpacks to more than %d bytes." % max_bytes)
        # read() stops at the size the directory names, and checks the CRC.
        content = package.read(entry)
        if stat.S_ISLNK(mode):
            info.type, info.linkname = tarfile.SYMTYPE, content.decode()
            archive.addfile(info)
        elif stat.S_IFMT(mode) not in (0, stat.S_IFREG):
            fail('entry "%s" is neither a file nor a folder nor a link.' % entry.filename)
        else:
            info.size, info.mode = len(content), (mode & 0o777) or 0o644
            archive.addfile(info, io.BytesIO(content))
