"""One libtorrent client for the interop tests of the DHT: it finds peers by the DHT alone, on one loopback address.

It reports facts as JSON, one object a line, on standard output:
  {"event": "ready", "host": "127.0.0.2", "port": 40001}      data checked, listening; the DHT is at the same port
  {"event": "nodes", "count": 3}                               nodes in its routing table, when it changed
  {"event": "announced"}                                       it has announced itself to other nodes
  {"event": "done"}                                            all pieces verified
  {"event": "note", "text": "..."}                             what libtorrent says
It takes lines on standard input: "node HOST:PORT" and "quit". It ends when standard input ends. Without a torrent it is
nothing but a node.
"""

import argparse
import json
import os
import select
import sys

import libtorrent as lt

POLL_SECONDS = 0.05
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
            "enable_dht": True,
            "dht_bootstrap_nodes": "",
            "dht_restrict_routing_ips": False,
            "dht_restrict_search_ips": False,
            "dht_announce_interval": 2,
            "min_announce_interval": 2,
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
                | lt.alert.category_t.dht_notification
                | lt.alert.category_t.peer_notification
            ),
        }
    )


def add_torrent(session, torrent_file, folder):
    parameters = lt.add_torrent_params()
    parameters.ti = lt.torrent_info(torrent_file)
    parameters.save_path = folder
    parameters.flags &= ~lt.torrent_flags.auto_managed
    parameters.flags &= ~lt.torrent_flags.paused
    parameters.flags |= lt.torrent_flags.disable_pex | lt.torrent_flags.disable_lsd
    return session.add_torrent(parameters)


class Client:
    def __init__(self, options):
        self.session = open_session(options.host, options.port)
        self.handle = add_torrent(self.session, options.torrent, options.data) if options.torrent else None
        self.host = options.host
        self.nodes = [split_address(text) for text in options.node]
        self.ready = False
        self.count = -1
        self.done = False

    def step(self):
        for alert in self.session.pop_alerts():
            if isinstance(alert, lt.listen_failed_alert):
                sys.exit(alert.message())
            if isinstance(alert, lt.dht_announce_alert):
                report("announce-received", host=str(alert.ip), port=alert.port)
            if isinstance(alert, lt.dht_reply_alert):
                report("dht-peers", count=alert.num_peers)
            report("note", text=alert.message())
        if not self.ready and self.session.listen_port() != 0:
            status = self.handle.status() if self.handle else None
            states = lt.torrent_status.states
            if status and status.state in (states.checking_files, states.checking_resume_data):
                return
            self.ready = True
            report("ready", host=self.host, port=self.session.listen_port())
            for node in self.nodes:
                self.session.add_dht_node(node)
        count = self.session.status().dht_nodes
        if count != self.count:
            self.count = count
            report("nodes", count=count)
            if self.handle and count > 0:
                self.handle.force_dht_announce()
        if self.handle and self.handle.status().is_seeding and not self.done:
            self.done = True
            report("done")

    def command(self, line):
        """Obeys one line; False ends the process."""
        verb, _, argument = line.strip().partition(" ")
        if verb == "quit":
            return False
        if verb == "node":
            self.session.add_dht_node(split_address(argument))
        if verb == "announce" and self.handle:
            self.handle.force_dht_announce()
        return True


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torrent")
    parser.add_argument("--data", help="folder that holds the torrent's own folder")
    parser.add_argument("--host", required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--node", action="append", default=[], help="HOST:PORT of a DHT node, may be repeated")
    client = Client(parser.parse_args())
    pending = b""
    while True:
        client.step()
        if STDIN not in select.select([STDIN], [], [], POLL_SECONDS)[0]:
            continue
        received = os.read(STDIN, 4096)
        if received == b"":
            return
        *lines, pending = (pending + received).split(b"\n")
        for line in lines:
            if not client.command(line.decode()):
                return


main()
