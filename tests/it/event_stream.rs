//! A stream of server-sent events that a test reads event by event.

use std::time::{Duration, Instant};

use reqwest::{Method, header};
use serde_json::Value;

use crate::live_sockets::SOON;
use crate::support::TestServer;

/// See the module.
pub struct Stream {
    response: reqwest::Response,
    text: String,
    /// The id of the event that was read last.
    pub last: String,
}

impl Stream {
    /// The events of the first room.
    pub async fn open(
        server: &TestServer,
        ticket: Option<&str>,
        access: Option<&str>,
        last: Option<&str>,
    ) -> Result<Self, u16> {
        let query = ticket.map(|ticket| format!("?ticket={ticket}")).unwrap_or_default();
        let mut request = server.request(Method::GET, &format!("/api/rooms/1/events{query}"));
        if let Some(access) = access {
            request = request.bearer_auth(access);
        }
        if let Some(last) = last {
            request = request.header("Last-Event-ID", last);
        }
        let response = request.send().await.unwrap();
        Self::read(response).await
    }

    /// Reads the answer of a route that streams events.
    pub async fn read(response: reqwest::Response) -> Result<Self, u16> {
        if response.status() != 200 {
            return Err(response.status().as_u16());
        }
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        let mut stream = Self { response, text: String::new(), last: String::new() };
        // The first block has no event, only where the stream begins.
        let first = stream.block().await.unwrap();
        assert!(first.contains("retry:") && !first.contains("data:"), "{first}");
        Ok(stream)
    }

    /// The next block; `None` when the stream has ended.
    pub async fn block(&mut self) -> Option<String> {
        loop {
            if let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                if let Some(id) = block.lines().find_map(|line| line.strip_prefix("id: ")) {
                    self.last = id.to_owned();
                }
                return Some(block);
            }
            let chunk =
                tokio::time::timeout(Duration::from_secs(5), self.response.chunk()).await.expect("nothing came");
            self.text += std::str::from_utf8(&chunk.ok()??).unwrap();
        }
    }

    /// The next event with its data.
    pub async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            let block = self.block().await?;
            let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name)).map(str::to_owned);
            if let (Some(kind), Some(data)) = (field("event: "), field("data: ")) {
                return Some((kind, serde_json::from_str(&data).unwrap()));
            }
        }
    }

    /// The next event, which must be of this kind and come within a second.
    pub async fn expect(&mut self, kind: &str, since: Instant) -> Value {
        let (heard, data) = self.next().await.expect("the stream ended");
        assert_eq!(heard, kind, "{data}");
        assert!(since.elapsed() < SOON, "{:?}", since.elapsed());
        data
    }
}
