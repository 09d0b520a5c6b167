//! Which file systems can hold a registry.

use std::fs;
use std::os::fd::{AsFd, AsRawFd};

use anyhow::bail;
use nix::libc;
use nix::sys::statfs::fstatfs;

use crate::refused::Named;
use crate::rule::kept;

/// Those whose files are of this machine alone, are the same memory for all who map them, keep modes and have the
/// kernel's own locks, by the number that statfs(2) shows. All others are refused: their files may be shared with other
/// machines, or handed out as copies by a program, and then an ID could be issued twice.
///
/// Numbers: linux/magic.h; `fs/jfs/jfs_superblock.h`, `fs/ubifs/ubifs.h`, `fs/bcachefs/bcachefs_format.h` of Linux;
/// `include/sys/fs/zfs.h` of OpenZFS. What overlayfs writes to is no network file system (Linux,
/// Documentation/filesystems/overlayfs.rst, "Upper and Lower"). Left out on purpose: what is stacked on anything
/// (eCryptfs, aufs), clusters' (OCFS2, GFS2), hosts' folders (9p, virtiofs, vboxsf; what gVisor shows of its host calls
/// itself 9p), and those without modes or lasting inode numbers (FAT, exFAT, NTFS).
const LOCAL: [(u32, &str); 13] = [
    (0x0102_1994, "tmpfs"),
    (0x8584_58F6, "ramfs"),
    (0xEF53, "ext4"), // ext2 and ext3, too
    (0x5846_5342, "xfs"),
    (BTRFS, "btrfs"),
    (0x2FC1_2FC1, "zfs"),
    (0xF2F5_2010, "f2fs"),
    (0x794C_7630, "overlay"),
    (0xCA45_1A4E, "bcachefs"),
    (0x3153_464A, "jfs"),
    (0x5265_4973, "reiserfs"),
    (0x3434, "nilfs2"),
    (0x2405_1905, "ubifs"),
];

const BTRFS: u32 = 0x9123_683E;

fn local(kind: u32) -> Option<&'static str> {
    let found = LOCAL.iter().find(|(known, _)| *known == kind);
    found.map(|(_, name)| *name)
}

/// Refuses what is not on a file system of [`LOCAL`]. `what`: its name, for the message.
pub(super) fn check(it: impl AsFd, what: &str) -> anyhow::Result<()> {
    let kind = kind(&it).named("fstatfs")?;
    if local(kind).is_none() && kept!("local_file_system") {
        let names: Vec<&str> = LOCAL.iter().map(|(_, name)| *name).collect();
        bail!(
            "{what} is on {}, and a registry only on a file system that is known to be this machine's alone and to \
             share its files as memory ({}); set ticket.local_path, for all PHP of this machine, to a directory on one \
             of these, such as /dev/shm/ticket or /var/lib/ticket",
            name(it).unwrap_or_default(),
            names.join(", ")
        );
    }
    Ok(())
}

/// Has what is stored in a new, empty file overwrite what is there. btrfs makes a copy of it otherwise, for which a full
/// file system has no room: a SIGBUS. Where that cannot be had, there is less to rely on, and no harm.
pub(super) fn overwrites(it: impl AsFd) {
    // linux/fs.h: FS_IOC_GETFLAGS, FS_IOC_SETFLAGS, FS_NOCOW_FL.
    const FLAGS: [libc::c_ulong; 2] = [0x8008_6601, 0x4008_6602];
    const NO_COPY: libc::c_long = 0x0080_0000;
    if kind(&it) != Ok(BTRFS) {
        return;
    }
    let mut flags: libc::c_long = 0;
    let raw = it.as_fd().as_raw_fd();
    // SAFETY: both take a pointer to a word that lives as long as the call, of which they use 32 bits.
    unsafe {
        if libc::ioctl(raw, FLAGS[0] as _, &raw mut flags) == 0 {
            flags |= NO_COPY;
            libc::ioctl(raw, FLAGS[1] as _, &raw const flags);
        }
    }
}

/// The file system's name, or its number.
pub(super) fn name(it: impl AsFd) -> Option<String> {
    let kind = kind(&it).ok()?;
    if let Some(name) = local(kind) {
        return Some(name.to_owned());
    }
    // Nothing here asks the file system, whose server may be gone. In a process that has gone to another root directory
    // only the mounts below that are seen.
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    let descriptor = read(&format!("/proc/self/fdinfo/{}", it.as_fd().as_raw_fd()));
    let named = name_of_mount(&descriptor, &read("/proc/self/mountinfo"));
    Some(
        named.unwrap_or_else(|| {
            format!("a file system of type 0x{kind:x} (stat -f may tell its name)")
        }),
    )
}

/// By proc_pid_fdinfo(5) and proc_pid_mountinfo(5).
fn name_of_mount(descriptor: &str, mounts: &str) -> Option<String> {
    let mut lines = descriptor.lines();
    let mount = lines.find_map(|line| line.strip_prefix("mnt_id:"))?.trim();
    mounts.lines().find_map(|line| {
        let (before, after) = line.split_once(" - ")?;
        let name = after.split(' ').next()?;
        (before.split(' ').next() == Some(mount)).then(|| name.to_owned())
    })
}

fn kind(it: impl AsFd) -> nix::Result<u32> {
    // It has 32 bits, in a word whose length and sign differ from processor to processor.
    Ok(fstatfs(it)?.filesystem_type().0 as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// By statfs(2), linux/magic.h, and `src/stat.c` of GNU coreutils, which knows most that are in neither.
    const OTHERS: [(u32, &str); 43] = [
        (0x6969, "nfs"),
        (0x517B, "smb"),
        (0xFF53_4D42, "cifs"),
        (0xFE53_4D42, "smb2"),
        (0x6573_5546, "fuse"),
        (0x00C3_6400, "ceph"),
        (0x0102_1997, "9p"),
        (0x0BD0_0BD0, "lustre"),
        (0x4750_4653, "gpfs"),
        (0x0116_1970, "gfs2"),
        (0x7461_636F, "ocfs2"),
        (0x5346_414F, "afs"),
        (0x6B41_4653, "kafs"),
        (0x7375_7245, "coda"),
        (0x786F_4256, "vboxsf"),
        (0xBACB_ACBC, "vmhgfs"),
        (0x7C7C_6673, "prl_fs"),
        (0xAAD7_AAEA, "panfs"),
        (0xBEEF_DEAD, "snfs"),
        (0xA501_FCF5, "vxfs"),
        (0x6163_6673, "acfs"),
        (0x1983_0326, "beegfs"),
        (0x2003_0528, "orangefs"),
        (0x013_111A8, "ibrix"),
        (0x564C, "ncpfs"),
        (0x1803_1977, "wekafs"),
        (0x5346_4846, "wslfs"),
        (0x565A_4653, "vzfs"),
        (0x00C0_FFEE, "hostfs"),
        (0xF15F, "ecryptfs"),
        (0x6175_6673, "aufs"),
        (0x4D44, "vfat"),
        (0x2011_BAB0, "exfat"),
        (0x5346_544E, "ntfs"),
        (0x7366_746E, "ntfs3"),
        (0x482B, "hfsplus"),
        (0x9660, "iso9660"),
        (0x7371_7368, "squashfs"),
        (0xE0F5_E1E2, "erofs"),
        (0x9584_58F6, "hugetlbfs"),
        (0x9FA0, "proc"),
        (0x6265_6572, "sysfs"),
        (0, "one that says nothing"),
    ];

    #[test]
    fn only_those_that_are_known_to_be_local_are_allowed() {
        for (number, name) in [
            (0x0102_1994, "tmpfs"),
            (0x8584_58F6, "ramfs"),
            (0xEF53, "ext4"),
            (0x5846_5342, "xfs"),
            (0x9123_683E, "btrfs"),
            (0x2FC1_2FC1, "zfs"),
            (0x794C_7630, "overlay"),
        ] {
            assert_eq!(local(number), Some(name));
        }
        for (number, name) in OTHERS {
            assert_eq!(local(number), None, "{name}");
        }
    }

    #[test]
    fn a_mount_is_named_by_its_number() {
        let mounts = "21 28 0:20 / /sys rw,nosuid shared:7 - sysfs sysfs rw\n\
                      28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw\n\
                      99 28 0:45 / /mnt/a\\040b rw - fuse.sshfs me@there: rw,user_id=0\n";
        let of = |number: &str| {
            let descriptor = format!("pos:\t0\nflags:\t012200000\nmnt_id:\t{number}\nino:\t2\n");
            name_of_mount(&descriptor, mounts)
        };
        assert_eq!(of("99").as_deref(), Some("fuse.sshfs"));
        assert_eq!(of("28").as_deref(), Some("ext4"));
        assert_eq!(of("9"), None);
        assert_eq!(name_of_mount("", mounts), None);
        assert_eq!(name_of_mount("mnt_id:\t99\n", ""), None);
    }

    #[test]
    fn this_machines_own_is_named() {
        let file = fs::File::open("/proc/self/mountinfo").unwrap();
        assert_eq!(name(&file).as_deref(), Some("proc"));
        let refused = check(&file, "/x/ticket").unwrap_err().to_string();
        assert!(refused.starts_with("/x/ticket is on proc, "), "{refused}");
    }
}
