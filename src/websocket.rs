//! A server's end of a WebSocket (RFC 6455) that holds little while it is quiet.
//!
//! `tungstenite` does the protocol. Its two buffers keep the size of the largest message that ever went through them, which
//! for thousands of calls is most of their memory: an offer is large, and after it hardly anything is said. So messages leave
//! from where they lie, past the write buffer; and after a large message came, the read buffer is replaced by a fresh one.
//! For that it must be empty, so it is never given more than the rest of one frame ([`FrameByFrame`]).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::extract::Request;
use axum::http;
use bytes::{Buf as _, Bytes};
use futures_util::{SinkExt as _, StreamExt as _};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt as _, ReadBuf};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::handshake::server::create_response;
use tokio_tungstenite::tungstenite::protocol::frame::FrameHeader;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

/// The read buffer: most messages fit, and after one that does not it is replaced.
const READ_BUFFER: usize = 1 << 10;
/// The header of a frame: two bytes, the length, the mask.
const MAX_HEADER: usize = 2 + 8 + 4;

/// A request that asks for a WebSocket, and our answer.
pub(crate) struct Upgrade {
    response: http::Response<()>,
    upgraded: hyper::upgrade::OnUpgrade,
}

impl Upgrade {
    /// Reads the headers of a handshake; `None` if they ask for none (RFC 6455, section 4.2.1).
    pub(crate) fn of(mut request: Request) -> Option<Self> {
        let upgraded = hyper::upgrade::on(&mut request);
        let response = create_response(&request.map(|_| ())).ok()?;
        Some(Self { response, upgraded })
    }

    /// The answer that accepts it, and what becomes the socket once that has been sent.
    pub(crate) fn accept(
        self,
        max_message: usize,
    ) -> (http::Response<()>, impl Future<Output = hyper::Result<WebSocket>>) {
        let socket = async move {
            let stream = TokioIo::new(self.upgraded.await?);
            Ok(WebSocket::new(stream, max_message).await)
        };
        (self.response, socket)
    }
}

/// An open WebSocket of a client.
pub(crate) type WebSocket = QuietSocket<TokioIo<hyper::upgrade::Upgraded>>;

/// A WebSocket on any stream.
pub(crate) struct QuietSocket<S> {
    // Absent only while it is replaced, which nobody sees.
    inner: Option<WebSocketStream<FrameByFrame<S>>>,
    max_message: usize,
    /// A message came that has made the read buffer large.
    grown: bool,
}

impl<S: AsyncRead + AsyncWrite + Unpin> QuietSocket<S> {
    async fn new(stream: S, max_message: usize) -> Self {
        let inner = Some(wrap(FrameByFrame::new(stream), max_message).await);
        Self { inner, max_message, grown: false }
    }

    /// The next message; `None` when the client has gone. May be cancelled.
    pub(crate) async fn recv(&mut self) -> Option<Result<Message, Error>> {
        if self.grown {
            // Pongs that wait.
            if let Err(error) = self.inner.as_mut()?.flush().await {
                return Some(Err(error));
            }
            let stream = self.inner.take()?.into_inner();
            self.inner = Some(wrap(stream, self.max_message).await);
            self.grown = false;
        }
        let message = self.inner.as_mut()?.next().await?;
        self.grown = match &message {
            Ok(Message::Binary(bytes)) => bytes.len() > READ_BUFFER,
            Ok(Message::Text(text)) => text.len() > READ_BUFFER,
            _ => false,
        };
        Some(message)
    }

    /// Sends a message. When it is cancelled, or fails, the socket is of no more use.
    pub(crate) async fn send(&mut self, message: Message) -> Result<(), Error> {
        let inner = self.inner.as_mut().ok_or(Error::AlreadyClosed)?;
        let (kind, payload) = match message {
            Message::Binary(bytes) => (Data::Binary, bytes),
            Message::Text(text) => (Data::Text, Bytes::from(text)),
            control => return inner.send(control).await,
        };
        // What the protocol had to say before goes first, and whole.
        inner.flush().await?;
        let mut header = Vec::with_capacity(MAX_HEADER);
        let form = FrameHeader { opcode: OpCode::Data(kind), ..FrameHeader::default() };
        form.format(payload.len() as u64, &mut header)?;
        let stream = inner.get_mut();
        stream.write_all_buf(&mut header.as_slice().chain(payload)).await?;
        stream.flush().await?;
        Ok(())
    }
}

async fn wrap<S: AsyncRead + AsyncWrite + Unpin>(
    stream: FrameByFrame<S>,
    max_message: usize,
) -> WebSocketStream<FrameByFrame<S>> {
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_message_size(Some(max_message))
        .max_frame_size(Some(max_message));
    WebSocketStream::from_raw_socket(stream, Role::Server, Some(config)).await
}

/// A stream of which no read goes beyond the end of a frame.
struct FrameByFrame<S> {
    stream: S,
    /// What has been read of a frame's header.
    header: [u8; MAX_HEADER],
    held: usize,
    /// What is still to be read of the payload that follows a complete header.
    payload: u64,
}

impl<S> FrameByFrame<S> {
    fn new(stream: S) -> Self {
        Self { stream, header: [0; MAX_HEADER], held: 0, payload: 0 }
    }

    /// The length of the header, as far as it can be told: two bytes say how long it is.
    fn header_len(&self) -> usize {
        let [_, second, ..] = self.header;
        if self.held < 2 {
            return 2;
        }
        let length = match second & 0x7f {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        2 + length + if second & 0x80 == 0 { 0 } else { 4 }
    }

    /// The length of the payload that a complete header announces.
    fn payload_len(&self) -> u64 {
        let [_, second, a, b, c, d, e, f, g, h, ..] = self.header;
        match second & 0x7f {
            126 => u64::from(u16::from_be_bytes([a, b])),
            127 => u64::from_be_bytes([a, b, c, d, e, f, g, h]),
            short => u64::from(short),
        }
    }

    /// How many bytes may be read.
    fn wanted(&self) -> usize {
        match self.payload {
            0 => self.header_len() - self.held,
            rest => usize::try_from(rest).unwrap_or(usize::MAX),
        }
    }

    /// Takes note of bytes that were read, no more than were wanted.
    fn advance(&mut self, read: &[u8]) {
        if self.payload > 0 {
            self.payload -= read.len() as u64;
            return;
        }
        for (to, from) in self.header.iter_mut().skip(self.held).zip(read) {
            *to = *from;
        }
        self.held += read.len();
        if self.held >= 2 && self.held == self.header_len() {
            self.payload = self.payload_len();
            self.held = 0;
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for FrameByFrame<S> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let wanted = this.wanted().min(buffer.remaining());
        let mut part = ReadBuf::new(buffer.initialize_unfilled_to(wanted));
        ready!(Pin::new(&mut this.stream).poll_read(cx, &mut part))?;
        let read = part.filled();
        this.advance(read);
        let count = read.len();
        buffer.advance(count);
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for FrameByFrame<S> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().stream).poll_write_vectored(cx, slices)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, DuplexStream, duplex};

    const MAX: usize = 1 << 20;

    async fn pair(pipe: usize) -> (QuietSocket<DuplexStream>, WebSocketStream<DuplexStream>) {
        let (server, client) = duplex(pipe);
        (QuietSocket::new(server, MAX).await, WebSocketStream::from_raw_socket(client, Role::Client, None).await)
    }

    fn message(length: usize) -> Message {
        Message::Binary((0..length).map(|index| index as u8).collect::<Vec<_>>().into())
    }

    #[tokio::test]
    async fn messages_of_every_length_arrive_whole_both_ways_however_they_are_cut() {
        let lengths = [0, 1, 125, 126, 127, 1023, 1024, 1025, 16_000, 65_535, 65_536, 70_000, 3, 0];
        for pipe in [1, 7, 100_000] {
            let (mut server, mut client) = pair(pipe).await;
            let echo = tokio::spawn(async move {
                while let Some(Ok(message)) = server.recv().await {
                    if matches!(message, Message::Binary(_) | Message::Text(_)) {
                        server.send(message).await.unwrap();
                    }
                }
            });
            for length in lengths {
                client.send(message(length)).await.unwrap();
                assert_eq!(client.next().await.unwrap().unwrap(), message(length));
            }
            client.send(Message::Text("grün".into())).await.unwrap();
            assert_eq!(client.next().await.unwrap().unwrap(), Message::Text("grün".into()));
            client.close(None).await.unwrap();
            assert!(matches!(client.next().await, Some(Ok(Message::Close(_)))));
            drop(client);
            echo.await.unwrap();
        }
    }

    #[tokio::test]
    async fn what_was_sent_at_once_after_a_large_message_is_not_lost() {
        let (mut server, mut client) = pair(1 << 20).await;
        for _ in 0..20 {
            client.feed(message(20_000)).await.unwrap();
            client.feed(Message::Ping(Bytes::from_static(b"there?"))).await.unwrap();
            client.feed(message(10)).await.unwrap();
        }
        client.flush().await.unwrap();
        for _ in 0..20 {
            assert_eq!(server.recv().await.unwrap().unwrap(), message(20_000));
            assert!(matches!(server.recv().await.unwrap().unwrap(), Message::Ping(_)));
            assert_eq!(server.recv().await.unwrap().unwrap(), message(10));
        }
        // The twenty pongs, in front of what is sent afterwards.
        server.send(message(5)).await.unwrap();
        let mut pongs = 0;
        loop {
            match client.next().await.unwrap().unwrap() {
                Message::Pong(_) => pongs += 1,
                other => {
                    assert_eq!(other, message(5));
                    break;
                }
            }
        }
        assert!(pongs >= 1, "{pongs}");
    }

    #[tokio::test]
    async fn what_is_too_large_is_refused_by_its_header() {
        let (server, mut client) = duplex(100);
        let mut server = QuietSocket::new(server, MAX).await;
        client.write_all(&[0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]).await.unwrap();
        assert!(matches!(server.recv().await, Some(Err(Error::Capacity(_)))));
    }

    #[tokio::test]
    async fn no_read_goes_beyond_a_frame() {
        let (server, mut client) = duplex(1 << 10);
        let mut server = FrameByFrame::new(server);
        let frame = [&[0x82, 0x85, 9, 9, 9, 9][..], b"hello"].concat();
        client.write_all(&[frame.clone(), frame].concat()).await.unwrap();
        for _ in 0..2 {
            let mut seen = Vec::new();
            for expected in [2, 4, 5] {
                let mut buffer = [0; 100];
                let count = server.read(&mut buffer).await.unwrap();
                assert_eq!(count, expected);
                seen.extend_from_slice(&buffer[..count]);
            }
            assert!(seen.ends_with(b"hello"));
        }
    }
}
