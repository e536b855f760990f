"""One libtorrent peer for the interop tests: a process that seeds or fetches one torrent over plain TCP on one address.

It talks to the peers that it is told of, that the torrent's trackers name and that dial it; every other way of finding
peers is off, but for peer exchange when asked. It reports facts as JSON, one object a line, on standard output:
  {"event": "ready", "host": "127.0.0.2", "port": 40001, "complete": true}   data checked, listening
  {"event": "progress", "pieces": 17, "of": 80}                               pieces verified so far, when it changed
  {"event": "done"}                                                           all pieces verified and written
  {"event": "note", "text": "..."}                                            what libtorrent says about peers
It takes lines on standard input: "connect HOST:PORT" and "quit". It ends when standard input ends.
"""

import argparse
import json
import os
import select
import sys

import libtorrent as lt

STDIN = 0


def report(event, **fields):
    print(json.dumps({"event": event, **fields}), flush=True)


def split_address(text):
    host, _, port = text.rpartition(":")
    return host, int(port)


def open_session(host, port):
    policy = int(lt.enc_policy.pe_disabled)
    return lt.session(
        {
            "listen_interfaces": f"{host}:{port}",
            "outgoing_interfaces": host,
            "enable_dht": False,
            "enable_lsd": False,
            "enable_upnp": False,
            "enable_natpmp": False,
            "enable_outgoing_utp": False,
            "enable_incoming_utp": False,
            "out_enc_policy": policy,
            "in_enc_policy": policy,
            "allow_multiple_connections_per_ip": True,
            "user_agent": "interop-libtorrent",
            "alert_mask": int(
                lt.alert.category_t.error_notification
                | lt.alert.category_t.status_notification
                | lt.alert.category_t.storage_notification
                | lt.alert.category_t.connect_notification
                | lt.alert.category_t.peer_notification
            ),
        }
    )


def add_torrent(session, torrent, folder, peer_exchange):
    if torrent.startswith("magnet:"):
        parameters = lt.parse_magnet_uri(torrent)
    else:
        parameters = lt.add_torrent_params()
        parameters.ti = lt.torrent_info(torrent)
    parameters.save_path = folder
    parameters.flags &= ~lt.torrent_flags.auto_managed
    parameters.flags &= ~lt.torrent_flags.paused
    if not peer_exchange:
        parameters.flags |= lt.torrent_flags.disable_pex
    return session.add_torrent(parameters)


class Peer:
    def __init__(self, options):
        self.session = open_session(options.host, options.port)
        self.handle = add_torrent(self.session, options.torrent, options.data, options.peer_exchange)
        self.host = options.host
        self.peers = [split_address(text) for text in options.peer]
        self.ready = False
        self.pieces = -1
        self.flushing = False
        self.done = False

    def step(self):
        flushed = False
        for alert in self.session.pop_alerts():
            if isinstance(alert, lt.listen_failed_alert):
                sys.exit(alert.message())
            if isinstance(alert, lt.torrent_error_alert):
                sys.exit(alert.message())
            if isinstance(alert, lt.cache_flushed_alert):
                flushed = True
            report("note", text=alert.message())
        self.observe(flushed)

    def observe(self, flushed):
        status = self.handle.status()
        states = lt.torrent_status.states
        if status.state in (states.checking_files, states.checking_resume_data) or self.session.listen_port() == 0:
            return
        if not self.ready:
            self.ready = True
            report("ready", host=self.host, port=self.session.listen_port(), complete=status.is_seeding)
            for peer in self.peers:
                self.handle.connect_peer(peer)
        if status.num_pieces != self.pieces:
            self.pieces = status.num_pieces
            metadata = self.handle.torrent_file()
            report("progress", pieces=self.pieces, of=metadata.num_pieces() if metadata else 0)
        if self.flushing and flushed and not self.done:
            self.done = True
            report("done")
        if status.is_seeding and not self.flushing:
            self.flushing = True
            self.handle.flush_cache()

    def command(self, line):
        """Obeys one line; False ends the process."""
        verb, _, argument = line.strip().partition(" ")
        if verb == "quit":
            return False
        if verb == "connect":
            self.handle.connect_peer(split_address(argument))
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torrent", required=True, help="path of a torrent file, or a magnet link")
    parser.add_argument("--data", required=True, help="folder that holds the torrent's own folder")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--poll-seconds", type=float, default=0.05, help="how often it looks at what has happened")
    parser.add_argument("--peer", action="append", default=[], help="HOST:PORT to dial, may be repeated")
    parser.add_argument("--peer-exchange", action="store_true")
    options = parser.parse_args()
    peer = Peer(options)
    pending = b""
    while True:
        peer.step()
        if STDIN not in select.select([STDIN], [], [], options.poll_seconds)[0]:
            continue
        received = os.read(STDIN, 4096)
        if received == b"":
            return
        *lines, pending = (pending + received).split(b"\n")
        for line in lines:
            if not peer.command(line.decode()):
                return


main()
