//! Pauses between tries.

use std::time::Duration;

use async_io::Timer;

/// The first pause between two tries, and the longest; each is twice the one before.
const PAUSES: [Duration; 2] = [Duration::from_millis(50), Duration::from_secs(1)];

#[derive(Clone)]
pub(in crate::keeper) struct Pauses(Duration);

impl Default for Pauses {
    fn default() -> Self {
        Self(PAUSES[0])
    }
}

impl Pauses {
    pub(super) fn next(&mut self) -> Duration {
        let pause = self.0;
        self.0 = PAUSES[1].min(pause * 2);
        // So that not all come at once.
        pause.mul_f64(0.5 + fastrand::f64())
    }

    pub(in crate::keeper) async fn pause(&mut self) {
        Timer::after(self.next()).await;
    }
}
