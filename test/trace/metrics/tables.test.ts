import { describe, expect, it } from 'vitest';
import { eventsTable, peersTable, piecesTable, samplesTable } from '../../../src/trace/metrics/tables.ts';
import { handTrace } from './hand-trace.ts';
import { smallTrace } from './small-trace.ts';

const trace = smallTrace();
const NAME = '"small, ""quoted""",3';

describe('tidy tables', () => {
  it('writes a row a peer', () => {
    expect([...peersTable(trace)]).toEqual([
      'scenario,seed,peer,group,arrived_with,up_bytes_per_s,down_bytes_per_s,joined_us,left_us,first_piece_us,completed_us,download_us,complete,received_bytes,sent_bytes,wasted_bytes,behaviour,nat,online_us,away_us,capped_us,longest_stay_us,share_ratio,upload_use\n',
      `${NAME},seed,origin,all,100,100,0,4000000,,,,1,0,200,0,honest,open,4000000,0,0,4000000,1,0.5\n`,
      `${NAME},a,crowd,none,50,200,0,8000000,1000000,2000000,2000000,1,200,200,0,honest,open,8000000,0,0,8000000,1,0.5\n`,
      `${NAME},b,crowd,none,50,50,2000000,,4000000,6000000,4000000,1,200,0,30,honest,open,8000000,0,0,8000000,0,0\n`,
      `${NAME},c,crowd,none,50,50,,,,,,0,0,0,0,honest,open,0,0,0,0,0,\n`,
    ]);
  });

  it('writes a row a piece', () => {
    expect([...piecesTable(trace)]).toEqual([
      'scenario,seed,piece,first_verified_us,last_verified_us,verified,verified_from_seeds,failed,copies_at_end\n',
      `${NAME},0,1000000,6000000,2,1,1,1\n`,
      `${NAME},1,2000000,4000000,2,1,0,1\n`,
    ]);
  });

  it('writes a row a sample and peer that moved something', () => {
    expect([...samplesTable(trace)]).toEqual([
      'scenario,seed,from_us,to_us,peer,group,received_bytes,sent_bytes\n',
      `${NAME},0,1000000,seed,origin,0,100\n`,
      `${NAME},0,1000000,a,crowd,100,0\n`,
      `${NAME},1000000,2000000,seed,origin,0,100\n`,
      `${NAME},1000000,2000000,a,crowd,100,0\n`,
      `${NAME},3000000,4000000,a,crowd,0,100\n`,
      `${NAME},3000000,4000000,b,crowd,100,0\n`,
      `${NAME},5000000,6000000,a,crowd,0,100\n`,
      `${NAME},5000000,6000000,b,crowd,100,0\n`,
    ]);
  });

  it('writes a row an arrival, a departure, a change of a line, and an event of the scenario', () => {
    const eventful = handTrace({
      peers: [{ id: 'home-1' }],
      endUs: 100,
      tell: (recorder, at) => {
        recorder.peerJoined(0);
        at(10);
        recorder.fault(0, true, 'partition home | late, for 9us');
        recorder.lineChanged(0, 5, 7, 'cap');
        at(20);
        recorder.peerLeft(0, 'switchedOff', 'switched off');
        at(30);
        recorder.peerJoined(0);
        recorder.observer(0).pieceVerified(0, -1);
        recorder.peerLeft(0, 'crashed', 'crashed');
        recorder.fault(0, false, 'partition home | late, for 9us');
        at(40);
        recorder.peerLeft(0, 'planned', 'gave up');
        recorder.peerLeft(0, 'endOfRun', 'the run ended');
      },
    });
    expect([...eventsTable(eventful)]).toEqual([
      'scenario,seed,time_us,event,peer,group,what,up_bytes_per_s,down_bytes_per_s\n',
      'by hand,1,0,joined,home-1,home,,,\n',
      'by hand,1,10,began,,,"partition home | late, for 9us",,\n',
      'by hand,1,10,line,home-1,home,cap,5,7\n',
      'by hand,1,20,switched-off,home-1,home,switched off,,\n',
      'by hand,1,30,joined,home-1,home,,,\n',
      'by hand,1,30,crashed,home-1,home,crashed,,\n',
      'by hand,1,30,ended,,,"partition home | late, for 9us",,\n',
      'by hand,1,40,left,home-1,home,gave up,,\n',
      'by hand,1,40,end-of-run,home-1,home,the run ended,,\n',
    ]);
  });
});
