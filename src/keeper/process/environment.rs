//! The environment that a process was started with, which /proc shows.

use std::ffi::CString;
use std::fs;
use std::io::{IoSlice, IoSliceMut};

use nix::libc;
use nix::sys::uio::{RemoteIoVec, process_vm_readv, process_vm_writev};
use nix::unistd::getpid;

/// Overwrites the value of a variable, in this process's memory, wherever it is kept. What cannot be written is left, for it is
/// for root only.
pub(super) fn wipe(name: &str) {
    let Ok(asked) = CString::new(name) else {
        return;
    };
    // SAFETY: a C string, in a process with a single thread.
    let known = unsafe { libc::getenv(asked.as_ptr()) };
    if !known.is_null() {
        // SAFETY: what getenv returns is a C string.
        let length = unsafe { libc::strlen(known) };
        write(known as usize, length);
    }
    let Some((from, to)) = range() else {
        return;
    };
    let mut all = vec![0; to - from];
    let place = RemoteIoVec {
        base: from,
        len: all.len(),
    };
    if process_vm_readv(getpid(), &mut [IoSliceMut::new(&mut all)], &[place]) != Ok(all.len()) {
        return;
    }
    let begins = format!("{name}=");
    let mut at = 0;
    for entry in all.split(|&byte| byte == 0) {
        if entry.starts_with(begins.as_bytes()) {
            write(from + at + begins.len(), entry.len() - begins.len());
        }
        at += entry.len() + 1;
    }
}

/// Where the kernel has put it (proc(5), `env_start` and `env_end`).
fn range() -> Option<(usize, usize)> {
    let stat = fs::read_to_string("/proc/self/stat").ok()?;
    // Behind the name, which may hold anything, the third field is the first.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut fields = rest.split_whitespace().skip(50 - 3);
    let (from, to) = (
        fields.next()?.parse().ok()?,
        fields.next()?.parse::<usize>().ok()?,
    );
    (to > from).then_some((from, to))
}

/// By the kernel, which says no where there is no such memory.
fn write(at: usize, length: usize) {
    let zeroes = vec![0; length];
    let place = RemoteIoVec {
        base: at,
        len: length,
    };
    let _ = process_vm_writev(getpid(), &[IoSlice::new(&zeroes)], &[place]);
}
