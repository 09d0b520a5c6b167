//! The keeper's life as a process, and what stands by for it.
//!
//! # Processes
//!
//! ```text
//! PHP's first process          runs MINIT, and is process 1 of a container, or not
//! |-- its forks                workers
//! `-- ticket-standby           a child without an exit signal
//!     `-- ticket-keeper        or beside it, a child of PHP's, where PHP is given orphans
//! ```
//!
//! * *What it is.* A child whose exit signal is 0 sends none when it ends, and only a wait for such children (`__WCLONE`)
//!   sees it: no `pcntl_wait()` and no server's loop does. Where the first process is given the orphans of its
//!   descendants, since it is process 1 or a child subreaper, the keeper is such a child, too (`CLONE_PARENT`):
//!   an orphan is given an ordinary exit signal, so the keeper must not become one when what stands by is killed. A first
//!   process that has become a subreaper since is found out before it forks; then another keeper takes over.
//! * *Who starts it.* The first process: in MINIT, where it leases (`ticket.lease = startup`); when it needs a keeper and
//!   there is none; and before it forks, where the registry is in ZooKeeper or it is given orphans, so that no fork has to.
//!   Another process of the family starts one where all of that is gone. Where that would be given to the first process
//!   when its starter ends (or to the first one of a PID namespace of its own), it ends with its starter, and also
//!   where nobody else has a lease through it.
//!   Nobody starts one who has left its PID namespace for its children (unshare(2)): the first child of that is the new
//!   namespace's process 1, with whose end no fork is possible there.
//! * *Who starts the keeper.* What stands by: when something is said on the link, or after a moment if a lease is asked
//!   for at start-up; and whenever one was killed or has failed, ever more slowly if they end at once.
//! * *When they end.* All end with the family, whose end closes the link, whatever ended it.
//! * *Who reaps.* What stands by reaps its child, the keeper; whoever has started that reaps the rest ([`children`]): at its
//!   own end if it is the last of the family, and before it forks or starts another. At its own end it ends what stands by
//!   and is stopped, for nobody else would; and then, and where it starts another, what is not ready yet. Where it ends
//!   before its forks (as php-fpm does that becomes a daemon), or is killed, what stands by becomes the child of process 1,
//!   as its forks do.
//! * *What is killed.* The keeper: the next one is started at once. What stands by: the keeper goes on, as a child of process
//!   1 unless it was PHP's, and is left a zombie by a process 1 that reaps nothing; another one stands by when the first process forks, or when the keeper is gone, too, and somebody needs one. Both, and then, with
//!   SIGKILL, the worker that has started others: where the first process is given orphans, it is given these two, ended.
//!   Process 1: the kernel kills all of the container.
//! * *What they hear of the machine.* What stands by opens, before it drops its privileges, where the kernel tells that the
//!   virtual machine is a copy; its keepers listen there ([`generation`](super::generation)).
//! * Where another thread runs when it is started, a lock of that thread's may be held for ever in the child; such a child
//!   is found out and tried again. Where children without a signal are not known (QEMU's emulation of processes), a child
//!   of a child is started, which is process 1's then.
//! * *Apache's graceful restart* ends the family in Apache's first process and begins another one there. What it had started
//!   for the old one ends with that one's last worker, and is reaped at the next fork. An old worker takes the first process for
//!   gone: what it starts, where all of that was killed since, lives as long as the old family; when the worker ends before
//!   others it is given to Apache, which reaps it and warns of a "long lost child".
//! * *Without /proc* nothing tells that a child that has ended was ours but its ID: of keepers beside what stands by only the
//!   last one is reaped, those killed before stay zombies until PHP ends. That unshare(2) was called is not noticed.
//!   (PIDFD_GET_PID_FOR_CHILDREN_NAMESPACE would tell that, since Linux 6.11.) PHP counts as one that has other
//!   threads.
//! * *A program that the first process executes* has its children. They end, and it hears of one with a signal, since the
//!   kernel sends SIGCHLD to whoever has executed anything since it started a child; but no ordinary wait sees them.

mod children;
mod environment;
mod fork;
mod keeper;
mod leave;
mod member;
mod spawn;
mod standby;
mod start;
mod turn;

pub use leave::{LOOK_AGAIN, leave};
pub use member::Member;
pub use spawn::{before_fork, begin, ensure, lacks};
