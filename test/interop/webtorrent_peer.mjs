/**
 * One WebTorrent client for the interop tests: it seeds or fetches one torrent over TCP on one address and finds peers by
 * the torrent's trackers, and by PEX when asked. It says "listening on port N", then "done" when every piece is verified.
 * Arguments: torrent file or magnet link, folder of the data, address, whether PEX is on.
 */
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import WebTorrent from 'webtorrent';

const [torrentId, folder, host, peerExchange] = process.argv.slice(2);

// WebTorrent has no option for its address: it would listen on all, and dial and announce from 127.0.0.1.
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function listenOnHost(port, ...rest) {
  return typeof port === 'object'
    ? listen.call(this, { ...port, host }, ...rest)
    : listen.call(this, port, host, ...rest.filter((each) => typeof each === 'function'));
};
const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function connectFromHost(...args) {
  const [first] = Array.isArray(args[0]) ? args[0] : args;
  if (typeof first === 'object' && first !== null && first.path == null) first.localAddress ??= host;
  return connect.apply(this, args);
};
syncBuiltinESMExports();

const client = new WebTorrent({
  dht: false,
  lsd: false,
  utPex: peerExchange === 'true',
  utp: false,
  natUpnp: false,
  natPmp: false,
  webSeeds: false,
});
client.on('error', (error) => {
  console.log(`error: ${error.message}`);
  process.exit(1);
});
const torrent = client.add(torrentId, { path: folder, announce: [] });
torrent.on('warning', (warning) => console.log(`warning: ${warning.message ?? warning}`));
torrent.on('done', () => console.log('done'));
const said = () => client.torrentPort > 0 && console.log(`listening on port ${client.torrentPort}`);
if (client.torrentPort > 0) said();
else client.on('listening', said);
