//! The processor's counter of time (TSC), which takes half of the time that the kernel's clock takes.
//!
//! It says how much time has passed and not what time it is, and it is trusted only where the kernel's own
//! clock is made of it.

/// Whether the counter may be asked: the processor promises an even rate in every state (AMD64 Architecture
/// Programmer's Manual, volume 3, CPUID `8000_0007h`, "TscInvariant"), the kernel takes its time from it, and the
/// process is not forbidden to read it (`PR_SET_TSC`).
#[cfg(target_arch = "x86_64")]
pub(super) fn is_trusted() -> bool {
    use std::arch::x86_64::__cpuid;

    const LEAF: u32 = 0x8000_0007;
    let invariant = __cpuid(0x8000_0000).eax >= LEAF && __cpuid(LEAF).edx & (1 << 8) != 0;
    invariant
        && std::fs::read_to_string(SOURCE).is_ok_and(|source| source.trim_end() == "tsc")
        && is_allowed()
}

#[cfg(target_arch = "x86_64")]
const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

#[cfg(target_arch = "x86_64")]
fn is_allowed() -> bool {
    let mut allowed: nix::libc::c_int = 0;
    // SAFETY: PR_GET_TSC writes an int to where it is pointed.
    let asked = unsafe { nix::libc::prctl(nix::libc::PR_GET_TSC, &raw mut allowed) };
    asked == 0 && allowed == nix::libc::PR_TSC_ENABLE
}

/// Ticks. Not ordered with what stands before and after it, by some tens of ns.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn read() -> u64 {
    // SAFETY: every x86-64 has it; where it is forbidden nobody asks (`is_trusted`).
    unsafe { std::arch::x86_64::_rdtsc() }
}

/// Other processors: the kernel's clock is always asked.
#[cfg(not(target_arch = "x86_64"))]
pub(super) fn is_trusted() -> bool {
    false
}

#[cfg(not(target_arch = "x86_64"))]
#[inline]
pub(super) fn read() -> u64 {
    0
}
