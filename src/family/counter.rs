//! The processor's counter of time (TSC), which takes half of the time that the kernel's clock takes.
//!
//! It says how much time has passed and not what time it is, and it is trusted only where the kernel's own
//! clock is made of it.

/// Whether the counter may be asked: the processor promises an even rate in every state (AMD64 Architecture
/// Programmer's Manual, volume 3, CPUID `8000_0007h`, "TscInvariant"), and the kernel takes its time from it. Asked
/// when PHP starts: a kernel that finds fault with the counter later is not followed. (A process that must not
/// read it, `PR_SET_TSC`, could not ask the kernel for the time either, which reads it in the process, too.)
#[cfg(target_arch = "x86_64")]
pub(super) fn is_trusted() -> bool {
    use std::arch::x86_64::__cpuid;

    const LEAF: u32 = 0x8000_0007;
    let invariant = __cpuid(0x8000_0000).eax >= LEAF && __cpuid(LEAF).edx & (1 << 8) != 0;
    invariant && std::fs::read_to_string(SOURCE).is_ok_and(|source| source.trim_end() == "tsc")
}

#[cfg(target_arch = "x86_64")]
const SOURCE: &str = "/sys/devices/system/clocksource/clocksource0/current_clocksource";

/// Ticks. Not ordered with what stands before and after it, by some tens of ns.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn read() -> u64 {
    // SAFETY: every x86-64 has it.
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
