"""A participant made of the LiveKit SDK for Python (libwebrtc inside): publishes a known picture and tone, and says what it
receives, one JSON object a line on stdout. Takes commands as JSON lines on stdin: {"send": text, "topic": …, "reliable": …,
"to": [identity, …]}, {"chat": text, "to": […]}, {"metadata": text}, and {"leave": true}.
"""
import argparse
import asyncio
import json
import os
import sys

import numpy as np
from livekit import rtc

WIDTH, HEIGHT, FPS, RATE = 640, 360, 15, 48_000
tasks: set[asyncio.Task] = set()


def say(event: str, **fields: object) -> None:
    print(json.dumps({"event": event, **fields}), flush=True)


def run(coroutine) -> None:
    """Keeps a task alive; a failing one ends the process, since a silent participant would prove nothing."""
    task = asyncio.create_task(coroutine)
    tasks.add(task)

    def done(finished: asyncio.Task) -> None:
        tasks.discard(finished)
        if not finished.cancelled() and finished.exception():
            say("error", text=repr(finished.exception()))

    task.add_done_callback(done)


async def watch_video(track: rtc.Track, identity: str) -> None:
    frames = 0
    async for event in rtc.VideoStream(track, format=rtc.VideoBufferType.RGB24):
        frames += 1
        if frames % 10 == 1:
            frame = event.frame
            pixels = np.frombuffer(frame.data, dtype=np.uint8).reshape(frame.height, frame.width, 3)
            row = int(0.35 * frame.height)
            bars = [pixels[row, int(at * frame.width)].tolist() for at in (1 / 6, 3 / 6, 5 / 6)]
            say("video", identity=identity, frames=frames, width=frame.width, height=frame.height, bars=bars)


async def watch_audio(track: rtc.Track, identity: str) -> None:
    window = np.zeros(0, dtype=np.float32)
    async for event in rtc.AudioStream(track, sample_rate=RATE, num_channels=1):
        window = np.append(window, np.frombuffer(event.frame.data, dtype=np.int16).astype(np.float32))
        if len(window) >= RATE // 4:
            spectrum = np.abs(np.fft.rfft(window * np.hanning(len(window))))
            loud = float(np.sqrt(np.mean(window**2))) > 100
            hertz = float(np.argmax(spectrum[2:]) + 2) * RATE / len(window) if loud else 0.0
            say("audio", identity=identity, hertz=hertz)
            window = window[:0]


async def read_chat(reader: rtc.TextStreamReader, identity: str) -> None:
    say("chat", identity=identity, text=await reader.read_all(), attributes=dict(reader.info.attributes or {}))


async def play_picture(source: rtc.VideoSource, bars: list[list[int]]) -> None:
    picture = np.full((HEIGHT, WIDTH, 3), 70, dtype=np.uint8)
    for at, colour in enumerate(bars):
        picture[: HEIGHT * 3 // 4, at * WIDTH // 3 : (at + 1) * WIDTH // 3] = colour
    picture[: HEIGHT * 3 // 4, WIDTH - 2 :] = bars[2]
    number = 0
    while True:
        shown = picture.copy()
        left = (number * 40) % (WIDTH - 64)
        shown[HEIGHT * 3 // 4 + 16 : HEIGHT - 16, left : left + 64] = 210
        source.capture_frame(rtc.VideoFrame(WIDTH, HEIGHT, rtc.VideoBufferType.RGB24, shown.tobytes()))
        number += 1
        await asyncio.sleep(1 / FPS)


async def play_tone(source: rtc.AudioSource, hertz: float) -> None:
    step, number = RATE // 100, 0
    while True:
        moments = (np.arange(step) + number * step) / RATE
        samples = (12_000 * np.sin(2 * np.pi * hertz * moments)).astype(np.int16)
        await source.capture_frame(rtc.AudioFrame(samples.tobytes(), RATE, 1, step))
        number += 1


async def obey(room: rtc.Room) -> None:
    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    while line := await reader.readline():
        command = json.loads(line)
        if "send" in command:
            await room.local_participant.publish_data(
                command["send"],
                reliable=command.get("reliable", True),
                destination_identities=command.get("to", []),
                topic=command.get("topic", ""),
            )
        if "chat" in command:
            await room.local_participant.send_text(
                command["chat"], topic="lk.chat", destination_identities=command.get("to", [])
            )
        if "metadata" in command:
            await room.local_participant.set_metadata(command["metadata"])
        if command.get("leave"):
            return


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--token", required=True)
    parser.add_argument("--bars", type=json.loads, help="three colours; without them it publishes nothing")
    parser.add_argument("--tone", type=float, default=440)
    options = parser.parse_args()

    room = rtc.Room()
    watchers = {rtc.TrackKind.KIND_VIDEO: watch_video, rtc.TrackKind.KIND_AUDIO: watch_audio}
    room.on("track_subscribed", lambda track, _, who: run(watchers[track.kind](track, who.identity)))
    room.on("participant_connected", lambda who: say("joined", identity=who.identity))
    room.on("participant_disconnected", lambda who: say("left", identity=who.identity))
    room.on("track_muted", lambda who, publication: say("muted", identity=who.identity, kind=int(publication.kind)))
    room.on("track_unmuted", lambda who, publication: say("unmuted", identity=who.identity, kind=int(publication.kind)))
    room.on("participant_metadata_changed", lambda who, _, new: say("metadata", identity=who.identity, text=new))
    room.on("disconnected", lambda reason: say("disconnected", reason=int(reason)))
    room.on(
        "data_received",
        lambda packet: say(
            "data",
            identity=packet.participant.identity if packet.participant else "",
            text=packet.data.decode(),
            topic=packet.topic or "",
            reliable=packet.kind == rtc.DataPacketKind.KIND_RELIABLE,
        ),
    )
    room.register_text_stream_handler("lk.chat", lambda reader, identity: run(read_chat(reader, identity)))
    started = asyncio.get_running_loop().time()
    await room.connect(options.url, options.token)
    say("connected", identity=room.local_participant.identity, seconds=asyncio.get_running_loop().time() - started)

    if options.bars:
        picture, sound = rtc.VideoSource(WIDTH, HEIGHT), rtc.AudioSource(RATE, 1)
        run(play_picture(picture, options.bars))
        run(play_tone(sound, options.tone))
        for track, where in (
            (rtc.LocalAudioTrack.create_audio_track("microphone", sound), rtc.TrackSource.SOURCE_MICROPHONE),
            (rtc.LocalVideoTrack.create_video_track("camera", picture), rtc.TrackSource.SOURCE_CAMERA),
        ):
            await room.local_participant.publish_track(track, rtc.TrackPublishOptions(source=where))
        say("published")

    await obey(room)
    await room.disconnect()
    say("gone")


asyncio.run(main())
# The SDK's native threads may still hold a frame; the interpreter's own shutdown races with them.
sys.stdout.flush()
os._exit(0)
