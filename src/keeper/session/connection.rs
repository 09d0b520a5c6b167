//! A session with one server, and what is left of it without.

use std::net::SocketAddr;
use std::time::Instant;

use async_executor::Task;
use zookeeper_client::{Client, SessionInfo, SessionState};

/// A session with one server.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) server: SocketAddr,
    /// The client's own.
    pub(super) task: Task<()>,
}

impl Connection {
    /// Gives up the connection, not the session. What was asked and not answered may be carried out or not.
    pub(super) fn cut(self) -> Lost {
        let patience = self.client.session_timeout() * 7 / 5;
        drop(self.task);
        Lost {
            server: self.server,
            until: Instant::now() + patience,
            session: self.client.into_session(),
        }
    }

    /// Closes the session, of which nothing is needed any more. Returns it if the connection was lost over that: then a
    /// server may not have heard of it.
    pub(super) async fn close(self) -> Option<Lost> {
        let mut watcher = self.client.state_watcher();
        let patience = self.client.session_timeout() * 7 / 5;
        let session = self.client.session().clone();
        drop(self.client);
        // It has ended already where the connection was lost for too long.
        if !watcher.peek_state().is_terminated() {
            watcher.changed().await;
        }
        (!watcher.peek_state().is_terminated()).then(|| Lost {
            server: self.server,
            until: Instant::now() + patience,
            session,
        })
    }
}

/// A session without a server.
pub(super) struct Lost {
    pub(super) session: SessionInfo,
    /// The one that it had.
    pub(super) server: SocketAddr,
    /// When it has surely ended.
    pub(super) until: Instant,
}

pub(super) fn is_connected(state: SessionState) -> bool {
    matches!(
        state,
        SessionState::SyncConnected | SessionState::ConnectedReadOnly
    )
}

/// Ends when a client has lost its connection, or its session.
pub(super) async fn gone(client: &Client) {
    let mut watcher = client.state_watcher();
    while is_connected(client.state()) {
        watcher.changed().await;
    }
}
