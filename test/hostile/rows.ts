/**
 * What attackers send to BitTorrent clients, row by row, and the tests that hold ours to it. A row is an attack known
 * from another client; its number is that of the catalogue that the tests were written after. `held` names files below
 * `test`, each with a piece of the title of a test in it; `left` says why there is nothing to hold, or what is missing.
 */

export interface Row {
  readonly row: number;
  readonly attack: string;
  readonly held?: Readonly<Record<string, readonly string[]>>;
  readonly left?: string;
}

const NAMES = 'core/metainfo/file-name.test.ts';
const PATHS = 'core/metainfo/distinct-paths.test.ts';
const PARSE = 'core/metainfo/parse.test.ts';
const REFUSE = 'core/metainfo/refuse.test.ts';
const BENCODE = 'core/bencode/decode.test.ts';
const DISK = 'host/node-disk.test.ts';
const HANDSHAKE = 'core/peer/handshake.test.ts';
const FRAMING = 'core/peer/framing.test.ts';
const HAVE = 'core/peer/have.test.ts';
const REQUESTS = 'core/peer/requests.test.ts';
const FLOOD = 'core/peer/flood.test.ts';
const EXTENSIONS = 'core/peer/extensions.test.ts';
const INTEGRITY = 'core/torrent/integrity.test.ts';
const EVIDENCE = 'core/torrent/evidence.test.ts';
const CONNECTIONS = 'core/torrent/connections.test.ts';
const BEHAVIOURS = 'sim/misbehaviour/behaviours.test.ts';
const MAGNET = 'core/torrent/magnet-torrent.test.ts';
const PEX = 'core/exchange/peer-exchange.test.ts';
const LOCAL = 'core/discovery/local-discovery.test.ts';
const ANNOUNCER = 'core/tracker/announcer.test.ts';
const HTTP = 'host/node-http.test.ts';
const DHT = 'core/dht/hostile.test.ts';
const TRACKERS = 'hostile/trackers.test.ts';
const REDIRECTS = 'core/http/redirects.test.ts';
const REPLIES = 'core/tracker/http-protocol.test.ts';
const PRIVATE = 'core/torrent/private.test.ts';
const OWN_HOST = 'core/torrent/own-host.test.ts';
const DECODERS = 'property/every-decoder.test.ts';
const LIVE = 'hostile/live-engine.test.ts';

export const ROWS: readonly Row[] = [
  // File names and the file system.
  {
    row: 1,
    attack: 'a path out of the folder',
    held: { [NAMES]: ['../../etc/passwd'], [DISK]: ['refuses the path element'] },
  },
  {
    row: 2,
    attack: 'separators, NUL and control characters in a name',
    held: { [NAMES]: ['\\\\\\\\server'] },
  },
  { row: 3, attack: 'empty names', held: { [PARSE]: ['an empty component', 'nothing but dots'] } },
  {
    row: 4,
    attack: 'text that turns direction, and has no width',
    held: { [NAMES]: ['harmless\\u202etxt.exe'] },
  },
  {
    row: 5,
    attack: 'names that are not UTF-8, or too long',
    held: { [NAMES]: ['not UTF-8', 'a name of megabytes'] },
  },
  { row: 6, attack: 'names of devices', held: { [NAMES]: ['a device name'] } },
  {
    row: 7,
    attack: 'names that are equal to some file systems',
    held: { [PATHS]: ['normalisation', '500 duplicates'] },
  },
  {
    row: 8,
    attack: 'a file that is the folder of another',
    held: { [PATHS]: ['a directory after the file'] },
  },
  { row: 9, attack: 'links out of the folder', held: { [PARSE]: ['lets links point to stored files'] } },
  {
    row: 10,
    attack: 'links that are there already',
    held: { [DISK]: ['does not follow a link in the place of a file'] },
  },
  { row: 11, attack: 'thousands of folders in each other', held: { [REFUSE]: ['path too deep'] } },
  {
    row: 12,
    attack: 'two torrents with one file',
    left: 'two programs are not told apart',
    held: {
      'api/client.test.ts': ['two torrents of one name do not write to the same files'],
      'cli/several-torrents.test.ts': ['two of the torrents make'],
    },
  },
  { row: 13, attack: 'names as commands to the terminal', held: { [NAMES]: ['\\x1b[2J'] } },
  // Bencode and torrent files.
  { row: 14, attack: 'a nesting bomb', held: { [BENCODE]: ['a nesting bomb of a million levels'] } },
  { row: 15, attack: 'strings longer than what is there', held: { [BENCODE]: ['l4294967297:ae'] } },
  { row: 16, attack: 'integers that are none, or too large', held: { [BENCODE]: ['i9007199254740993e'] } },
  { row: 17, attack: 'keys twice or out of order', held: { [BENCODE]: ['d1:ai1e1:ai1ee'] } },
  {
    row: 18,
    attack: 'keys that mean something to JavaScript',
    held: { [BENCODE]: ['keys that mean something to JavaScript'] },
  },
  {
    row: 19,
    attack: 'an info-hash of re-encoded bytes',
    held: { [PARSE]: ['is that of the original bytes'] },
  },
  {
    row: 20,
    attack: 'a bomb of values; a huge file',
    held: { [BENCODE]: ['refuses more values and keys'], [REFUSE]: ['larger than 64 MiB'] },
  },
  {
    row: 21,
    attack: 'piece lengths of nothing, or less',
    held: { [REFUSE]: ['piece length zero', 'piece length negative'] },
  },
  {
    row: 22,
    attack: 'pieces that fill memory',
    held: { [PARSE]: ['the longest piece'], [DISK]: ['block buffers are used again'] },
  },
  { row: 23, attack: 'millions of pieces', held: { [REFUSE]: ['too many pieces'] } },
  {
    row: 24,
    attack: 'sizes that are negative or overflow',
    held: { [REFUSE]: ['length negative', 'a sum above 2^53'] },
  },
  { row: 25, attack: 'hashes that do not fit', held: { [REFUSE]: ['a hash too few', 'a hash too many'] } },
  {
    row: 26,
    attack: 'file trees of version 2',
    left: 'version 2 alone is refused',
    held: { [REFUSE]: ['by its file tree'] },
  },
  {
    row: 27,
    attack: 'a hybrid whose halves differ',
    left: 'of a hybrid the part of version 1 counts',
    held: { [PARSE]: ['of a hybrid'] },
  },
  {
    row: 28,
    attack: 'absurd padding',
    held: { [REFUSE]: ['a pad of 2^52 bytes'], [DISK]: ['not made for padding'] },
  },
  {
    row: 29,
    attack: 'lists of the wrong kind',
    held: { [PARSE]: ['url-list a number', 'announce-list a string', 'nodes of wrong type'] },
  },
  // The peer wire.
  {
    row: 30,
    attack: 'a message of gigabytes',
    held: { [FRAMING]: ['nonsense'], [LIVE]: ['mutated conversations'] },
  },
  { row: 31, attack: 'a wrong length for its id', held: { [FRAMING]: ['nonsense'] } },
  {
    row: 32,
    attack: 'haves of pieces that are not there',
    held: { [HAVE]: ['hangs up on %s'], [MAGNET]: ['does not allocate for a have'] },
  },
  {
    row: 33,
    attack: 'bitfields of the wrong size, late or twice',
    held: { [HAVE]: ['takes what comes later'] },
  },
  { row: 34, attack: 'requests out of range', held: { [REQUESTS]: ['sends nothing for a request that %s'] } },
  {
    row: 35,
    attack: 'a flood of requests',
    held: { [REQUESTS]: ['keeps five hundred requests'], [FRAMING]: ['a peer that reads nothing'] },
  },
  {
    row: 36,
    attack: 'requests while choked, or for what we lack',
    held: { [REQUESTS]: ['sends nothing while it chokes'], [FLOOD]: ['is put up with for a while'] },
  },
  {
    row: 37,
    attack: 'blocks that nobody asked for',
    held: { [REQUESTS]: ['counts a second copy of a block as waste'] },
  },
  {
    row: 38,
    attack: 'floods of haves, chokes and keep-alives',
    held: { [FLOOD]: ['is put up with for a while'], [HAVE]: ['a hundred thousand haves'] },
  },
  {
    row: 39,
    attack: 'messages of extensions that were not agreed on',
    held: { [HAVE]: ['without the fast extension'], [REQUESTS]: ['nine thousand favours'] },
  },
  {
    row: 40,
    attack: 'extension handshakes of rubbish',
    held: { [EXTENSIONS]: ['the extension protocol'], 'property/exchange.test.ts': ['handshake'] },
  },
  {
    row: 41,
    attack: 'fields of it out of range',
    held: { [EXTENSIONS]: ['takes a second handshake'], [REQUESTS]: ['never has more requests open'] },
  },
  {
    row: 42,
    attack: 'hash messages of version 2',
    left: 'version 2 is not built; their ids are unknown',
    held: { [FRAMING]: ['lets unknown ids pass'] },
  },
  {
    row: 43,
    attack: 'handshakes that are wrong, or never end',
    held: { [HANDSHAKE]: ['ten seconds in all', 'says nothing to another protocol'] },
  },
  { row: 44, attack: 'keys and padding of encryption', left: 'encryption is not built' },
  {
    row: 45,
    attack: 'crowds that wait',
    left: 'places are not counted by network',
    held: {
      [HANDSHAKE]: ['a hundred silent strangers'],
      [CONNECTIONS]: ['all places are taken by peers that never give'],
    },
  },
  {
    row: 46,
    attack: 'a peer that does not read',
    held: { [FRAMING]: ['a peer that reads nothing'], [BEHAVIOURS]: ['pins a bounded amount'] },
  },
  // Lies, poison, identity.
  {
    row: 47,
    attack: 'false progress',
    held: {
      'core/torrent/choking.test.ts': ['unchokes one who gives'],
      [BEHAVIOURS]: ['that claims more and more'],
    },
  },
  {
    row: 48,
    attack: 'claims without a block',
    held: { 'core/torrent/requests.test.ts': ['lets one staller hold up nothing'] },
  },
  {
    row: 49,
    attack: 'one bad block among many sources',
    held: { [INTEGRITY]: ['once in a hundred blocks'], [EVIDENCE]: ['names several, each once'] },
  },
  {
    row: 50,
    attack: 'honest peers in the frame',
    held: { [EVIDENCE]: ['names nobody when the disk has changed', 'has the mark of the right one'] },
  },
  {
    row: 51,
    attack: 'a poisoner that changes its address',
    held: { [INTEGRITY]: ['from one address after the other'] },
  },
  { row: 52, attack: 'a web seed that poisons', left: 'transfer from web seeds is not built' },
  {
    row: 53,
    attack: 'ourselves',
    held: {
      [HANDSHAKE]: ['hangs up on its own id', 'recognises itself'],
      [OWN_HOST]: ['is not followed when it says who we are'],
    },
  },
  {
    row: 54,
    attack: 'a stolen peer id',
    held: { [CONNECTIONS]: ['does not evict the connection that works'] },
  },
  // Discovery.
  {
    row: 55,
    attack: 'peer exchange aimed at somebody',
    held: { [PEX]: ['does not listen to one that sends messages all the time', 'keeps whole entries'] },
  },
  {
    row: 56,
    attack: 'discovery in private torrents',
    held: {
      [PEX]: ['always in a private torrent'],
      [MAGNET]: ['keeps to its trackers'],
      [PRIVATE]: ['its peers when another tracker answers than before'],
      'core/dht/engine.test.ts': ['a private torrent (56'],
    },
  },
  { row: 57, attack: 'hole punching as a relay', left: 'hole punching is not built' },
  {
    row: 58,
    attack: 'absurd sizes of metadata',
    held: { 'property/exchange.test.ts': ['METADATA_BYTES_MAX'], [MAGNET]: ['what is malformed'] },
  },
  { row: 59, attack: 'metadata of a liar', held: { [MAGNET]: ['one that lies is found and banned alone'] } },
  {
    row: 60,
    attack: 'answers of trackers without end',
    held: {
      [TRACKERS]: [
        'a body of 3 MiB',
        'chunks without end',
        'a chunk of negative length',
        'a compressed bomb',
      ],
      [HTTP]: ['stops a bomb at the decoded limit', 'stops an endless body', 'gives up after the total time'],
      [ANNOUNCER]: ['a body of 2 MiB is not read'],
    },
  },
  {
    row: 61,
    attack: 'redirects in circles, or to files',
    held: {
      [TRACKERS]: [
        'a redirect in circles',
        'a redirect to a file',
        'a redirect to a service of this machine',
      ],
      [HTTP]: ['follows five redirects', 'file:///etc/passwd', 'which leads nearer than it comes from'],
      [REDIRECTS]: ['knows how far an address reaches'],
    },
  },
  {
    row: 62,
    attack: 'announces to services of this machine',
    held: {
      [TRACKERS]: ['the URL of a service of this machine', 'a name that stands for this machine'],
      [ANNOUNCER]: ['services of this machine that are no trackers'],
      [HTTP]: ['asks no address that it is told not to'],
    },
  },
  {
    row: 63,
    attack: 'odd lists of peers, absurd intervals',
    held: {
      [TRACKERS]: ['peers of the wrong kind', 'a peer and a half', 'an interval of 10^12 s'],
      [REPLIES]: ['tail of 1 byte', 'i1000000000000e'],
    },
  },
  {
    row: 64,
    attack: 'forged answers over UDP',
    held: {
      [TRACKERS]: ['forged answers over UDP'],
      [ANNOUNCER]: ['another transaction id', 'another host', 'draws an unpredictable transaction id'],
    },
  },
  { row: 65, attack: 'web seeds that answer wrongly', left: 'transfer from web seeds is not built' },
  { row: 66, attack: 'local discovery from anywhere', held: { [LOCAL]: ['does not believe the internet'] } },
  {
    row: 67,
    attack: 'amplification by the DHT',
    held: { [DHT]: ['no answer is longer than ten times the question'] },
  },
  {
    row: 68,
    attack: 'announces without a right token',
    held: { [DHT]: ['that of another address or torrent: 203'] },
  },
  {
    row: 69,
    attack: 'pollution of the routing table',
    held: { [DHT]: ['forty ids of one network own no bucket'] },
  },
  {
    row: 70,
    attack: 'floods of what is stored',
    left: 'items (BEP 44) are not built',
    held: { 'core/dht/parts.test.ts': ['are bounded in torrents'] },
  },
  {
    row: 71,
    attack: 'DHT messages of wrong types',
    held: {
      [DHT]: ['random bytes, and every message cut off at every byte'],
      'property/dht.test.ts': ['100_000'],
    },
  },
  { row: 72, attack: 'false votes on our address', held: { [DHT]: ['one voter moves nothing'] } },
];

export const EVERYWHERE = { [DECODERS]: ['10^5 cases were tried of each', 'no decoder is forgotten'] };
