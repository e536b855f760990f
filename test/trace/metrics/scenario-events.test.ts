import { expect, it } from 'vitest';
import { foldScenarioEvents } from '../../../src/trace/metrics/scenario-events.ts';
import { handTrace } from './hand-trace.ts';

it('events of the scenario are spans: over, at an instant, or to the end of the run', () => {
  const trace = handTrace({
    peers: [{ id: 'home' }],
    endUs: 100,
    tell: (recorder, at) => {
      at(10);
      recorder.fault(0, true, 'partition a | b for 30us');
      at(20);
      recorder.fault(1, true, 'crash 25% of home');
      recorder.fault(2, true, 'leave home');
      at(30);
      recorder.fault(3, true, 'engine of home');
      at(40);
      recorder.fault(0, false, 'partition a | b for 30us');
      at(50);
      // What is over does not end again.
      recorder.fault(0, false, 'partition a | b for 30us');
    },
  });
  expect(foldScenarioEvents(trace)).toEqual([
    { index: 0, label: 'partition a | b for 30us', fromUs: 10, toUs: 40, over: true },
    { index: 1, label: 'crash 25% of home', fromUs: 20, toUs: 100, over: false },
    { index: 2, label: 'leave home', fromUs: 20, toUs: 20, over: true },
    { index: 3, label: 'engine of home', fromUs: 30, toUs: 30, over: true },
  ]);
});
