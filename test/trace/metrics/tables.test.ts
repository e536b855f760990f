import { describe, expect, it } from 'vitest';
import { peersTable, piecesTable, samplesTable } from '../../../src/trace/metrics/tables.ts';
import { smallTrace } from './small-trace.ts';

const trace = smallTrace();
const NAME = '"small, ""quoted""",3';

describe('tidy tables', () => {
  it('writes a row a peer', () => {
    expect([...peersTable(trace)]).toEqual([
      'scenario,seed,peer,group,arrived_with,up_bytes_per_s,down_bytes_per_s,joined_us,left_us,first_piece_us,completed_us,download_us,complete,received_bytes,sent_bytes,wasted_bytes\n',
      `${NAME},seed,origin,all,100,100,0,4000000,,,,1,0,200,0\n`,
      `${NAME},a,crowd,none,50,200,0,8000000,1000000,2000000,2000000,1,200,200,0\n`,
      `${NAME},b,crowd,none,50,50,2000000,,4000000,6000000,4000000,1,200,0,30\n`,
      `${NAME},c,crowd,none,50,50,,,,,,0,0,0,0\n`,
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
});
